/** What went wrong, what became of the work, and whether trying again is safe and affordable. */
@NullMarked
package ai.netra.apex.resilience;

import org.jspecify.annotations.NullMarked;
