package ai.netra.apex.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All routes to one database: chooses one for each new connection.
 *
 * <p>Rules. Usable routes with the wanted role first, in turn, so that load and risk are spread.
 * When none is left, the ejected ones are tried all the same rather than nothing (never are all
 * ejected at once), except a stale primary and a foreign cluster: no way is better than a wrong
 * one.
 *
 * <p>Thread-safe.
 */
final class Routes {

    private final List<Route> all;
    private final AtomicLong newestEpoch = new AtomicLong();
    private final AtomicReference<@Nullable Long> system = new AtomicReference<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Connector connector;

    Routes(List<Endpoint> endpoints, Connector connector) {
        this.all =
                endpoints.stream()
                        .distinct()
                        .map(endpoint -> new Route(endpoint, newestEpoch))
                        .toList();
        this.connector = connector;
    }

    List<Route> all() {
        return all;
    }

    /** The newest epoch seen so far; 0 before the first answer of a primary. */
    long newestEpoch() {
        return newestEpoch.get();
    }

    /** Learns of an epoch; a newer one ends every older one at once. */
    void sawEpoch(long epoch) {
        newestEpoch.accumulateAndGet(epoch, Math::max);
    }

    /**
     * Whether {@code identifier} is that of our cluster. The first one seen decides, for as long as
     * the manager lives: while ours is away, another is still none of ours.
     *
     * @param identifier null where the role may not see it; then nothing speaks against it
     */
    boolean ours(@Nullable Long identifier) {
        return identifier == null
                || system.compareAndSet(null, identifier)
                || identifier.equals(system.get());
    }

    /** Whether a session for {@code role} can be had, as far as is known. */
    boolean serves(Route.Role role) {
        for (Route route : all) {
            if (fits(route, role)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Opens a connection to a server of {@code role} over the first route that works.
     *
     * @throws SQLException the first route's reason, the others' suppressed
     */
    PhysicalConnection open(Route.Role role, Duration limit) throws SQLException {
        long end = System.nanoTime() + limit.toNanos();
        List<Route> candidates = candidates(role);
        SQLException failure = null;
        for (int i = 0; i < candidates.size(); i++) {
            Route route = candidates.get(i);
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                break;
            }
            try {
                return accept(connector.open(route, left.dividedBy(candidates.size() - i)), role);
            } catch (SQLException e) {
                route.failed();
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        throw failure != null
                ? failure
                : new SQLException("no route leads to a " + nameOf(role), "08001");
    }

    /** A connection may have reached a server that is not what the last probe saw. */
    private PhysicalConnection accept(PhysicalConnection connection, Route.Role role)
            throws SQLException {
        ServerFacts facts = connection.facts();
        if (!ours(facts.system())) {
            connection.cut();
            throw new SQLException(
                    "the server at " + connection.route() + " is of another cluster", "08004");
        }
        Long epoch = facts.epoch();
        boolean primary = epoch != null;
        if (epoch != null) {
            sawEpoch(epoch);
            connection.route().sawLife(facts.life());
        }
        connection.route().proved(epoch);
        boolean current = epoch != null && epoch >= newestEpoch();
        if (role == Route.Role.PRIMARY && !current) {
            connection.cut();
            throw new SQLException(
                    "the server at "
                            + connection.route()
                            + (primary
                                    ? " is a primary of an epoch that is over"
                                    : " is a standby"),
                    "08004");
        }
        return connection;
    }

    private List<Route> candidates(Route.Role role) {
        List<Route> usable = new ArrayList<>();
        List<Route> last = new ArrayList<>();
        int start = Math.floorMod(turn.getAndIncrement(), all.size());
        for (int i = 0; i < all.size(); i++) {
            Route route = all.get((start + i) % all.size());
            Route.Status status = route.known().status();
            if (fits(route, role)) {
                usable.add(route);
            } else if (status != Route.Status.STALE
                    && status != Route.Status.FOREIGN
                    && !route.usable()) {
                last.add(route);
            }
        }
        return usable.isEmpty() ? last : usable;
    }

    private static boolean fits(Route route, Route.Role role) {
        Route.Role known = route.known().role();
        return route.usable() && (known == role || known == Route.Role.UNKNOWN);
    }

    private static String nameOf(Route.Role role) {
        return role == Route.Role.PRIMARY ? "primary" : "standby";
    }
}
