/** The state of one installation: directories, ports, first-run secrets. */
@NullMarked
package ai.netra.apex.launcher.home;

import org.jspecify.annotations.NullMarked;
