/** Decides who gets one of a bounded number of permits, who waits, and who is refused at once. */
@NullMarked
package ai.netra.apex.database.admission;

import org.jspecify.annotations.NullMarked;
