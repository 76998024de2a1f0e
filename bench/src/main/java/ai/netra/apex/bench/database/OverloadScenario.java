package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.database.SessionRejectedException;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** How much still gets done when ten times as much is asked for as can be done. */
public final class OverloadScenario implements Scenario {

    private static final int POOL = 8;
    private static final Duration PATIENCE = Duration.ofMillis(250);

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String description() {
        return "committed transactions at 10 times the load that can be served, ours and raw"
                + " HikariCP";
    }

    private record Round(double committed, double rejectP99, long rejected) {}

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        Duration time = Duration.ofSeconds(options.quick() ? 2 : 10);
        int rounds = options.quick() ? 1 : 3;
        try (Bed bed = new Bed();
                DatabaseManager db = bed.guarded(POOL, AdmissionPolicy.standard().withReserve(0));
                HikariDataSource raw = bed.raw(POOL, PATIENCE.toMillis());
                PgBouncer bouncer = PgBouncer.startIfInstalled(bed, POOL);
                HikariDataSource over =
                        bouncer == null ? null : bed.over(bouncer, POOL, PATIENCE.toMillis())) {
            bed.server.execute("postgres", "CREATE TABLE done (id bigserial PRIMARY KEY)");
            List<Double> ratios = new ArrayList<>();
            List<Double> rawRatios = new ArrayList<>();
            List<Double> rejects = new ArrayList<>();
            List<Double> rawRejects = new ArrayList<>();
            List<Double> bounced = new ArrayList<>();
            List<Double> bouncedRejects = new ArrayList<>();
            // Before that, what is compared would be the compiler.
            peak(db.asDataSource(), time);
            offer(db.asDataSource(), 10_000, time.dividedBy(2));
            offer(raw, 10_000, time.dividedBy(2));
            for (int round = 0; round < rounds; round++) {
                double peak = peak(db.asDataSource(), time);
                Round ours = offer(db.asDataSource(), peak * 10, time);
                Round theirs = offer(raw, peak * 10, time);
                ratios.add(ours.committed / peak);
                rawRatios.add(theirs.committed / peak);
                rejects.add(ours.rejectP99);
                rawRejects.add(theirs.rejectP99);
                if (over != null) {
                    Round third = offer(over, peak * 10, time);
                    bounced.add(third.committed / peak);
                    bouncedRejects.add(third.rejectP99);
                }
                report.round(
                        Map.of(
                                "round",
                                round,
                                "peak",
                                peak,
                                "guarded",
                                ours.toString(),
                                "raw",
                                theirs.toString()));
            }
            report.add(
                    Metric.beside(
                                    "committed / peak",
                                    Stopwatch.median(ratios),
                                    Stopwatch.median(rawRatios),
                                    "times")
                            .atLeast(0.9));
            report.add(
                    Metric.beside(
                                    "p99 of the time to be refused",
                                    Stopwatch.median(rejects),
                                    Stopwatch.median(rawRejects),
                                    "ms")
                            .atMost(10));
            if (bounced.isEmpty()) {
                report.note("PgBouncer is not installed here: no figures of it.");
            } else {
                report.add(
                        Metric.beside(
                                "raw over PgBouncer, committed / peak",
                                Stopwatch.median(bounced),
                                Stopwatch.median(rawRatios),
                                "times"));
                report.add(
                        Metric.beside(
                                "raw over PgBouncer, p99 to be refused",
                                Stopwatch.median(bouncedRejects),
                                Stopwatch.median(rawRejects),
                                "ms"));
            }
        }
        report.note(
                "Each transaction takes 5 ms at the server, so that the pool and not this machine's"
                        + " processor is what is short; each request waits 250 ms at most.");
    }

    private static void transact(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_sleep(0.005)");
            statement.execute("INSERT INTO done DEFAULT VALUES");
            connection.commit();
        }
    }

    /** As many threads as sessions, none of which ever waits. */
    private static double peak(DataSource source, Duration time) throws Exception {
        LongAdder committed = new LongAdder();
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (System.nanoTime() < end) {
                                            try {
                                                transact(source);
                                                committed.increment();
                                            } catch (SQLException e) {
                                                LockSupport.parkNanos(1_000_000);
                                            }
                                        }
                                    }));
        }
        for (Thread each : threads) {
            each.join();
        }
        return committed.sum() / (time.toMillis() / 1000.0);
    }

    /** Requests come at their rate whether or not the ones before are done. */
    private static Round offer(DataSource source, double perSecond, Duration time)
            throws Exception {
        LongAdder committed = new LongAdder();
        ConcurrentLinkedQueue<Double> refusedIn = new ConcurrentLinkedQueue<>();
        AtomicInteger running = new AtomicInteger();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        long sent = 0;
        for (long now = begin; now < end; now = System.nanoTime()) {
            long due = (long) ((now - begin) / 1e9 * perSecond);
            for (; sent < due; sent++) {
                RequestContext context =
                        RequestContext.of("u" + sent % 100, "work").within(PATIENCE);
                running.incrementAndGet();
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    context.run(() -> one(source, committed, refusedIn));
                                    running.decrementAndGet();
                                });
            }
            LockSupport.parkNanos(500_000);
        }
        double rate = committed.sum() / ((System.nanoTime() - begin) / 1e9);
        while (running.get() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        double[] times = refusedIn.stream().mapToDouble(Double::doubleValue).toArray();
        return new Round(rate, new Percentiles(times).at(99), times.length);
    }

    private static void one(
            DataSource source, LongAdder committed, ConcurrentLinkedQueue<Double> refusedIn) {
        long begin = System.nanoTime();
        try {
            transact(source);
            committed.increment();
        } catch (SQLException e) {
            boolean immediate =
                    SessionRejectedException.in(e)
                            .map(r -> r.reason() != SessionRejectedException.Reason.WAITED_TOO_LONG)
                            .orElse(true);
            if (immediate) {
                refusedIn.add((System.nanoTime() - begin) / 1e6);
            }
        }
    }
}
