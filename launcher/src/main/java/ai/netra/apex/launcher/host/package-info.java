/** What the machine must offer, and how to say what is missing. */
@NullMarked
package ai.netra.apex.launcher.host;

import org.jspecify.annotations.NullMarked;
