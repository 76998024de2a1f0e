package ai.netra.apex.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens connections for a pool and, as long as no route serves, waits for one instead of failing.
 *
 * <p>HikariCP waits after each failure to fill itself, twice as long every time, up to five
 * seconds: after an outage of a minute its first connection would come that much later than the
 * server. The probers know within a quarter of a second, so the pool is not told of failures that
 * only mean that the database is still away. Thread-safe.
 */
final class SteadyOpener implements AutoCloseable {

    private static final long LOOK = Duration.ofMillis(10).toNanos();
    private static final long TRY_ANYWAY = Duration.ofSeconds(1).toNanos();

    private final Routes routes;
    private final Duration limit;
    private volatile boolean closed;

    /**
     * @param limit how long one attempt may take
     */
    SteadyOpener(Routes routes, Duration limit) {
        this.routes = routes;
        this.limit = limit;
    }

    /**
     * Opens one, as soon as there is a route to a server of that role.
     *
     * @throws SQLException when a route serves and it failed all the same, or when this is closed
     */
    PhysicalConnection open(Route.Role role) throws SQLException {
        while (true) {
            awaitRoute(role);
            try {
                return routes.open(role, limit);
            } catch (SQLException e) {
                if (closed || routes.serves(role)) {
                    throw e;
                }
            }
        }
    }

    /** Returns when a route serves, and after a second anyway: a probe may be late. */
    private void awaitRoute(Route.Role role) throws SQLException {
        long end = System.nanoTime() + TRY_ANYWAY;
        while (!routes.serves(role) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(this, LOOK);
            if (closed || Thread.currentThread().isInterrupted()) {
                throw new SQLException("the pool is being closed", "08001");
            }
        }
    }

    /** Nobody waits any longer. The pool's own close waits for those who open. */
    @Override
    public void close() {
        closed = true;
    }
}
