/** What people see when parts of the system are killed. */
@NullMarked
package ai.netra.apex.faults;

import org.jspecify.annotations.NullMarked;
