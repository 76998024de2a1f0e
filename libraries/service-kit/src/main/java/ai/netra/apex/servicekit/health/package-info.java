/** Health of a service as the sum of its dependencies: up, degraded or down. */
@NullMarked
package ai.netra.apex.servicekit.health;

import org.jspecify.annotations.NullMarked;
