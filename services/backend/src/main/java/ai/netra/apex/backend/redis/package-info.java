/** The service's link to Redis, which may be away at any time. */
@NullMarked
package ai.netra.apex.backend.redis;

import org.jspecify.annotations.NullMarked;
