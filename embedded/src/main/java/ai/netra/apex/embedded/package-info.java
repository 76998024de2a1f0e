/** Starts the real PostgreSQL and Redis on one machine, for a laptop and for tests. */
@NullMarked
package ai.netra.apex.embedded;

import org.jspecify.annotations.NullMarked;
