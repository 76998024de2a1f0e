/** Guarded sessions beside raw HikariCP: overhead, isolation, overload, recovery, reclaim. */
@NullMarked
package ai.netra.apex.bench.database;

import org.jspecify.annotations.NullMarked;
