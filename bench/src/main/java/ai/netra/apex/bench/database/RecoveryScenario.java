package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.testing.TcpProxy;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How long it takes until sessions work again after a crash, and when a route goes silent. */
public final class RecoveryScenario implements Scenario {

    private static final int POOL = 6;
    private static final int CLIENTS = 6;
    private static final Duration SUSTAINED = Duration.ofSeconds(1);
    private static final Duration GIVE_UP = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String description() {
        return "from a crash of the server, or a black hole on one of two routes, to sustained"
                + " success, ours and raw HikariCP";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        int rounds = options.quick() ? 1 : 3;
        List<Double> hole = new ArrayList<>();
        List<Double> rawHole = new ArrayList<>();
        Outage brief = new Outage(Duration.ZERO);
        Outage longer = new Outage(Duration.ofSeconds(options.quick() ? 1 : 7));
        try (Bed bed = new Bed();
                PgBouncer bouncer = PgBouncer.startIfInstalled(bed, POOL)) {
            for (int round = 0; round < rounds; round++) {
                brief.run(bed, bouncer);
                longer.run(bed, bouncer);
                hole(bed, hole, rawHole);
                report.round(
                        Map.of(
                                "round",
                                round,
                                "crash [guarded, raw, PgBouncer]",
                                brief.last(),
                                "longer outage [guarded, raw, PgBouncer]",
                                longer.last(),
                                "hole [guarded, raw]",
                                List.of(hole.getLast(), rawHole.getLast())));
            }
            if (bouncer == null) {
                report.note("PgBouncer is not installed here: no figures of it.");
            }
        }
        brief.tell("after a crash, from the first answer", report);
        longer.tell("after " + longer.down.toSeconds() + " s of outage", report);
        report.add(
                Metric.beside(
                                "black hole on one of two routes",
                                Stopwatch.median(hole),
                                Stopwatch.median(rawHole),
                                "s")
                        .atMost(3));
        report.note(
                "Sustained: every one of "
                        + CLIENTS
                        + " clients succeeds for a second; the time is that of the last failure,"
                        + " from the moment PostgreSQL accepts again or the hole begins."
                        + " A figure of "
                        + GIVE_UP.toSeconds()
                        + " s is where measuring gave up. Raw HikariCP gets both routes in its URL"
                        + " and a connection timeout of 2 s.");
    }

    /** A server that is killed and starts again after a while. */
    private static final class Outage {
        private final Duration down;
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> raw = new ArrayList<>();
        private final List<Double> bounced = new ArrayList<>();

        Outage(Duration down) {
            this.down = down;
        }

        void run(Bed bed, @Nullable PgBouncer bouncer) throws Exception {
            try (DatabaseManager db = bed.guarded(POOL, AdmissionPolicy.standard());
                    HikariDataSource plain = bed.raw(POOL, 2000);
                    HikariDataSource over =
                            bouncer == null ? null : bed.over(bouncer, POOL, 2000)) {
                Clients guarded = new Clients(db.asDataSource());
                Clients others = new Clients(plain);
                Clients third = over == null ? null : new Clients(over);
                guarded.awaitSustained();
                others.awaitSustained();
                bed.server.kill();
                LockSupport.parkNanos(down.toNanos());
                // start() returns when the server has answered once.
                bed.server.start();
                long up = System.nanoTime();
                ours.add(guarded.recoveredAfter(up));
                raw.add(others.recoveredAfter(up));
                guarded.stop();
                others.stop();
                if (third != null) {
                    bounced.add(third.recoveredAfter(up));
                    third.stop();
                }
            }
        }

        List<Double> last() {
            List<Double> all = new ArrayList<>(List.of(ours.getLast(), raw.getLast()));
            if (!bounced.isEmpty()) {
                all.add(bounced.getLast());
            }
            return all;
        }

        void tell(String name, Report report) {
            double theirs = Stopwatch.median(raw);
            report.add(Metric.beside(name, Stopwatch.median(ours), theirs, "s").atMost(1));
            if (!bounced.isEmpty()) {
                String what = "raw over PgBouncer, " + name;
                report.add(Metric.beside(what, Stopwatch.median(bounced), theirs, "s"));
            }
        }
    }

    private static void hole(Bed bed, List<Double> ours, List<Double> raw) throws Exception {
        TimeLimits limits =
                TimeLimits.forTier(Tier.LOCAL)
                        .withConnect(Duration.ofSeconds(2))
                        .withCancelGrace(Duration.ofMillis(500));
        try (TcpProxy first = TcpProxy.to(bed.server.port());
                TcpProxy second = TcpProxy.to(bed.server.port())) {
            String hosts = "127.0.0.1:" + first.port() + ",127.0.0.1:" + second.port();
            try (DatabaseManager db = bed.guarded(hosts, POOL, AdmissionPolicy.standard(), limits);
                    HikariDataSource plain = bed.raw(hosts, POOL, 2000)) {
                Clients guarded = new Clients(db.asDataSource());
                Clients others = new Clients(plain);
                guarded.awaitSustained();
                others.awaitSustained();
                first.blackHole();
                long begin = System.nanoTime();
                ours.add(guarded.recoveredAfter(begin));
                raw.add(others.recoveredAfter(begin));
                guarded.stop();
                first.pass();
                others.stop();
            }
        }
    }

    /** Clients that ask again and again, each request within two seconds. */
    private static final class Clients {
        private final DataSource source;
        private final AtomicBoolean done = new AtomicBoolean();
        private final AtomicLong[] lastSuccess = new AtomicLong[CLIENTS];
        private final AtomicLong lastTrouble = new AtomicLong(System.nanoTime());
        private final List<Thread> threads = new ArrayList<>();

        Clients(DataSource source) {
            this.source = source;
            for (int i = 0; i < CLIENTS; i++) {
                AtomicLong own = new AtomicLong();
                lastSuccess[i] = own;
                threads.add(Thread.ofVirtual().start(() -> ask(own)));
            }
        }

        private void ask(AtomicLong own) {
            while (!done.get()) {
                long begin = System.nanoTime();
                try {
                    RequestContext.of(null, "ask")
                            .within(Duration.ofSeconds(2))
                            .<Object, SQLException>call(
                                    () -> {
                                        Stopwatch.selectOne(source);
                                        return this;
                                    });
                    long now = System.nanoTime();
                    if (now - begin > 500_000_000) {
                        lastTrouble.accumulateAndGet(now, Math::max);
                    }
                    own.set(now);
                } catch (SQLException e) {
                    lastTrouble.accumulateAndGet(System.nanoTime(), Math::max);
                }
                LockSupport.parkNanos(5_000_000);
            }
        }

        private boolean sustained() {
            long now = System.nanoTime();
            if (now - lastTrouble.get() < SUSTAINED.toNanos()) {
                return false;
            }
            for (AtomicLong each : lastSuccess) {
                if (now - each.get() > SUSTAINED.toNanos() / 2) {
                    return false;
                }
            }
            return true;
        }

        void awaitSustained() {
            long end = System.nanoTime() + GIVE_UP.toNanos();
            while (!sustained() && System.nanoTime() < end) {
                LockSupport.parkNanos(5_000_000);
            }
        }

        /** Seconds from {@code begin} to the last failure before sustained success. */
        double recoveredAfter(long begin) {
            // Let trouble begin: clients blocked in a call have not noticed yet.
            LockSupport.parkNanos(SUSTAINED.toNanos());
            awaitSustained();
            if (!sustained()) {
                return GIVE_UP.toSeconds();
            }
            return Math.max(0, lastTrouble.get() - begin) / 1e9;
        }

        void stop() throws InterruptedException {
            done.set(true);
            for (Thread each : threads) {
                each.join(Duration.ofSeconds(10));
            }
        }
    }
}
