/** How much is logged, from the start and while the service runs. */
@NullMarked
package ai.netra.apex.servicekit.logs;

import org.jspecify.annotations.NullMarked;
