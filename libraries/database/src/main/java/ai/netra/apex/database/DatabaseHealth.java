package ai.netra.apex.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database can be worked with.
 *
 * @param status the summary
 * @param detail one sentence for an operator
 * @param routes each route and how it is
 */
public record DatabaseHealth(Status status, String detail, List<RouteHealth> routes) {

    public DatabaseHealth {
        routes = List.copyOf(routes);
    }

    /**
     * Of what is known of the routes and the pool.
     *
     * @param primary whether one leads to a primary
     * @param standby whether one leads to a standby
     * @param shortage what the pool is short of; null when it is not
     */
    static DatabaseHealth of(
            List<RouteHealth> known, boolean primary, boolean standby, @Nullable String shortage) {
        if (!primary) {
            return new DatabaseHealth(
                    standby ? Status.DEGRADED : Status.DOWN, "no route leads to a primary", known);
        }
        boolean whole = known.stream().allMatch(RouteHealth::usable);
        if (shortage != null) {
            return new DatabaseHealth(
                    Status.DEGRADED, whole ? shortage : "a route is out; " + shortage, known);
        }
        return whole
                ? new DatabaseHealth(Status.UP, "", known)
                : new DatabaseHealth(Status.DEGRADED, "a route is out", known);
    }

    /** How the database is. */
    public enum Status {
        /** Everything works. */
        UP,
        /** Sessions are given, but not all is well: a route is out, or the pool is short. */
        DEGRADED,
        /** No session can be given. */
        DOWN
    }

    /**
     * One route.
     *
     * @param endpoint host and port
     * @param usable whether sessions go over it
     * @param role primary, standby or unknown
     * @param detail why it is not usable; empty when it is
     */
    public record RouteHealth(String endpoint, boolean usable, String role, String detail) {}
}
