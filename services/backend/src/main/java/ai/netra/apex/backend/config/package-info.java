/** Every setting of this service, bound to one typed record per concern. */
@NullMarked
package ai.netra.apex.backend.config;

import org.jspecify.annotations.NullMarked;
