/** Replaces secrets of a running installation, in steps after each of which everything works. */
@NullMarked
package ai.netra.apex.launcher.rotate;

import org.jspecify.annotations.NullMarked;
