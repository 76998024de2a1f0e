/** Starts, watches, restarts and stops the parts, and remembers which processes are its own. */
@NullMarked
package ai.netra.apex.launcher.supervise;

import org.jspecify.annotations.NullMarked;
