/** Builds what is stale, and finds the tools for it. */
@NullMarked
package ai.netra.apex.launcher.build;

import org.jspecify.annotations.NullMarked;
