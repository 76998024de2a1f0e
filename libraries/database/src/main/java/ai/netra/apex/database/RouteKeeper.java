package ai.netra.apex.database;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Keeps every route of a database watched, and tells when one goes or returns. Thread-safe. */
final class RouteKeeper implements AutoCloseable, RouteProber.Listener, LoanDesk.RouteWatch {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);

    private final DatabaseConfig config;
    private final Counters counters;
    private final EventHub events;
    private final Routes routes;
    private final List<RouteProber> probers = new ArrayList<>();
    private volatile int replicas = 1;
    private volatile BiConsumer<ServerFacts, Integer> primaryWatch = (facts, seen) -> {};

    RouteKeeper(DatabaseConfig config, Routes routes, Connector connector, Counters c, EventHub e) {
        this.config = config;
        this.routes = routes;
        this.counters = c;
        this.events = e;
        for (Route route : routes.all()) {
            probers.add(new RouteProber(route, routes, connector, this));
        }
    }

    /** Asks every route once, at the same time, and returns when all have answered or failed. */
    void askAll() {
        List<Thread> asking = probers.stream().map(p -> Thread.ofVirtual().start(p::ask)).toList();
        for (Thread each : asking) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** How many replicas of the application the primary has seen at its last answer. */
    int replicas() {
        return replicas;
    }

    /**
     * From now on every route is asked again and again.
     *
     * @param watch told of each answer of the primary, and how many replicas it sees
     */
    void start(BiConsumer<ServerFacts, Integer> watch) {
        primaryWatch = watch;
        probers.forEach(RouteProber::start);
    }

    @Override
    public void suspect(Route route) {
        probers.get(routes.all().indexOf(route)).hurry();
    }

    @Override
    public void answered(ServerFacts facts, int seen) {
        replicas = seen;
        primaryWatch.accept(facts, seen);
    }

    @Override
    public void changed(Route route, Route.Knowledge before, Route.Knowledge after) {
        boolean returned = after.status() == Route.Status.USABLE;
        if (before.status() != after.status() && before.status() != Route.Status.UNKNOWN) {
            counters.count(returned ? Counter.ROUTE_RETURNS : Counter.ROUTE_EJECTIONS);
        }
        String from = before.role() + " " + before.status();
        String to = after.role() + " " + after.status();
        boolean news = before.status() != Route.Status.UNKNOWN || !returned;
        LOG.atLevel(news ? Level.WARN : Level.INFO)
                .log(
                        "Route {} of '{}': {} -> {} {}",
                        route,
                        config.name(),
                        from,
                        to,
                        after.detail());
        events.tell(
                new DatabaseEvent.RouteChanged(
                        Instant.now(), config.name(), route.toString(), from, to, after.detail()));
        if (after.epoch() != null && before.epoch() != null && after.epoch() > before.epoch()) {
            // A promotion: whoever else calls himself primary must be looked at before he is used.
            probers.forEach(RouteProber::hurry);
        }
    }

    /** How every route is. */
    List<DatabaseHealth.RouteHealth> health() {
        return routes.all().stream()
                .map(
                        route -> {
                            Route.Knowledge known = route.known();
                            return new DatabaseHealth.RouteHealth(
                                    route.toString(),
                                    route.usable(),
                                    known.role().name().toLowerCase(java.util.Locale.ROOT),
                                    route.usable() ? "" : known.status() + ": " + known.detail());
                        })
                .toList();
    }

    /** Has every route asked over a new connection, after role or password have changed. */
    void refresh() {
        probers.forEach(RouteProber::refresh);
    }

    @Override
    public void close() {
        probers.forEach(RouteProber::close);
    }
}
