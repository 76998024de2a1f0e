/** How the command speaks to a person. */
@NullMarked
package ai.netra.apex.launcher.terminal;

import org.jspecify.annotations.NullMarked;
