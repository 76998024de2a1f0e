/** For tests of code that uses guarded sessions: a leak checker and a compatibility kit. */
@NullMarked
package ai.netra.apex.database.testing;

import org.jspecify.annotations.NullMarked;
