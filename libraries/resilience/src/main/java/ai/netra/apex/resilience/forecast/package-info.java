/** When something will be used up, from how its use has grown. */
@NullMarked
package ai.netra.apex.resilience.forecast;

import org.jspecify.annotations.NullMarked;
