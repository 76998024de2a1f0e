/** Runs every check and test of the project and adds up what they say. */
@NullMarked
package ai.netra.apex.launcher.test;

import org.jspecify.annotations.NullMarked;
