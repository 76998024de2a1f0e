/** The load balancer: one origin in front of the frontend, the backend's replicas and auth. */
@NullMarked
package ai.netra.apex.edge;

import org.jspecify.annotations.NullMarked;
