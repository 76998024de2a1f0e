/** The management port: metrics and diagnosis, on loopback, never routed by the edge. */
@NullMarked
package ai.netra.apex.servicekit.management;

import org.jspecify.annotations.NullMarked;
