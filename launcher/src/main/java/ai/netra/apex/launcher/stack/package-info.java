/** The parts of the system: what each is started with, and when it is ready. */
@NullMarked
package ai.netra.apex.launcher.stack;

import org.jspecify.annotations.NullMarked;
