/** Which test proves which requirement, read from the tests' own tags and titles. */
@NullMarked
package ai.netra.apex.launcher.requirements;

import org.jspecify.annotations.NullMarked;
