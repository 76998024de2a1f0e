/** Asks the services, each in a process of its own, what their configuration comes to. */
@NullMarked
package ai.netra.apex.launcher.config;

import org.jspecify.annotations.NullMarked;
