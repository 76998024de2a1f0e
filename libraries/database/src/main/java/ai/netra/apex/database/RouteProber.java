package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Phase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks one route again and again how it is, over a connection kept for that, and ejects it or
 * brings it back.
 *
 * <ul>
 *   <li>Refused or reset twice in a row (a session may be ended by hand): dead, within half a
 *       second.
 *   <li>No answer twice within a second each: silent, within 2.5 seconds.
 *   <li>Five answers in a row ten times slower than the fastest other route, and 100 ms at least:
 *       slow, unless no other route is usable.
 *   <li>A primary of an older epoch than the newest seen: stale. Of another cluster than the first
 *       that answered: foreign.
 *   <li>Any good answer brings a dead, silent or stale route back; three brisk ones a slow one.
 * </ul>
 *
 * <p>One virtual thread each; {@link #close} ends it.
 */
final class RouteProber implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long HEALTHY_PAUSE = Duration.ofMillis(500).toNanos();
    private static final long SICK_PAUSE = Duration.ofMillis(250).toNanos();
    private static final int STRIKES = 2;
    private static final int SLOW_STRIKES = 5;
    private static final int BRISK_ANSWERS = 3;
    private static final long SLOW_FLOOR = Duration.ofMillis(100).toNanos();
    private static final int SLOW_FACTOR = 10;
    private static final int COUNT_EVERY = 4;

    /** Told what a prober learns. */
    interface Listener {
        /** The route's status or role is another. */
        void changed(Route route, Route.Knowledge before, Route.Knowledge after);

        /**
         * The primary has answered.
         *
         * @param replicas managers of the same name that probe it
         */
        void answered(ServerFacts facts, int replicas);
    }

    private final Route route;
    private final Routes routes;
    private final Connector connector;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean hurry;
    private volatile boolean signInAnew;
    private @Nullable PhysicalConnection connection;
    private int strikes;
    private int slowStrikes;
    private int brisk;
    private int answers;
    private int replicas = 1;

    RouteProber(Route route, Routes routes, Connector connector, Listener listener) {
        this.route = route;
        this.routes = routes;
        this.connector = connector;
        this.listener = listener;
        this.thread =
                Thread.ofVirtual().name("database-probe-" + route.endpoint()).unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Asks over a new connection next time. */
    void refresh() {
        signInAnew = true;
        hurry();
    }

    /** Asks at once instead of after the pause. */
    void hurry() {
        hurry = true;
        LockSupport.unpark(thread);
    }

    /** Asks once and learns from it; by the thread of {@link #start}, or before it is started. */
    void ask() {
        Route.Knowledge before = route.known();
        Route.Knowledge after;
        try {
            after = answered(before);
            strikes = 0;
        } catch (SQLException | RuntimeException e) {
            drop();
            after = failed(before, e);
        }
        route.learn(after);
        if (after.status() != before.status() || after.role() != before.role()) {
            listener.changed(route, before, after);
        }
    }

    private void loop() {
        while (!closed) {
            ask();
            boolean sick = route.known().status() != Route.Status.USABLE || strikes > 0;
            if (!hurry) {
                LockSupport.parkNanos(sick ? SICK_PAUSE : HEALTHY_PAUSE);
            }
            hurry = false;
        }
        drop();
    }

    private Route.Knowledge answered(Route.Knowledge before) throws SQLException {
        if (signInAnew) {
            signInAnew = false;
            drop();
        }
        PhysicalConnection open = connection;
        if (open == null) {
            open = connector.openProbe(route, PATIENCE);
            connection = open;
        }
        long begin = System.nanoTime();
        ServerFacts facts = ServerFacts.ask(open);
        long took = System.nanoTime() - begin;
        long average =
                before.roundTripNanos() == 0 ? took : (before.roundTripNanos() * 3 + took) / 4;
        Route.Role role = facts.standby() ? Route.Role.STANDBY : Route.Role.PRIMARY;
        boolean foreign = !routes.ours(facts.system());
        if (facts.epoch() != null && !foreign) {
            routes.sawEpoch(facts.epoch());
            route.sawLife(facts.life());
        }
        Route.Status status = foreign ? Route.Status.FOREIGN : status(before, role, facts, took);
        if (facts.epoch() != null && status == Route.Status.USABLE) {
            tellOfPrimary(open, facts);
        }
        return new Route.Knowledge(
                status, role, facts.epoch(), facts.system(), average, detail(status, facts));
    }

    private void tellOfPrimary(PhysicalConnection open, ServerFacts facts) throws SQLException {
        if (answers++ % COUNT_EVERY == 0) {
            replicas = ServerFacts.replicas(open, connector.probes());
        }
        listener.answered(facts, replicas);
    }

    private Route.Status status(
            Route.Knowledge before, Route.Role role, ServerFacts facts, long took) {
        if (facts.epoch() != null && facts.epoch() < routes.newestEpoch()) {
            return Route.Status.STALE;
        }
        boolean slow = took > SLOW_FLOOR && took > fastestOther(role) * SLOW_FACTOR;
        slowStrikes = slow ? slowStrikes + 1 : 0;
        brisk = slow ? 0 : brisk + 1;
        if (before.status() == Route.Status.SLOW) {
            return brisk >= BRISK_ANSWERS ? Route.Status.USABLE : Route.Status.SLOW;
        }
        return slowStrikes >= SLOW_STRIKES ? Route.Status.SLOW : Route.Status.USABLE;
    }

    /** Of those that could take its place: a fast standby is no reason to do without a primary. */
    private long fastestOther(Route.Role role) {
        long fastest = Long.MAX_VALUE / SLOW_FACTOR;
        for (Route other : routes.all()) {
            Route.Knowledge its = other.known();
            if (other != route && its.status() == Route.Status.USABLE && its.role() == role) {
                fastest = Math.min(fastest, Math.max(1, its.roundTripNanos()));
            }
        }
        return fastest;
    }

    private Route.Knowledge failed(Route.Knowledge before, Exception error) {
        strikes++;
        if (strikes < STRIKES && before.status() != Route.Status.UNKNOWN) {
            return before;
        }
        Failure failure = FailureClassifier.classify(error, Phase.ACQUIRING);
        Route.Status status =
                failure.kind() == FailureKind.TIMEOUT ? Route.Status.SILENT : Route.Status.DEAD;
        String detail = failure.condition() + ": " + error.getMessage();
        return new Route.Knowledge(status, before.role(), null, before.system(), 0, detail);
    }

    private String detail(Route.Status status, ServerFacts facts) {
        return switch (status) {
            case STALE ->
                    "a primary of epoch "
                            + facts.epoch()
                            + "; the newest is "
                            + routes.newestEpoch();
            case FOREIGN ->
                    "leads to another cluster than the first that answered; where ours was"
                            + " replaced by it, start anew";
            case SLOW -> "answers far later than the other routes";
            default -> "";
        };
    }

    private void drop() {
        PhysicalConnection open = connection;
        connection = null;
        if (open != null) {
            open.cut();
        }
    }

    @Override
    public void close() {
        closed = true;
        hurry();
    }
}
