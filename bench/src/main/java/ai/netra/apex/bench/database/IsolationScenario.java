package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.RequestContext;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** What one user feels while another floods the pool. */
public final class IsolationScenario implements Scenario {

    private static final int POOL = 10;
    private static final int FLOOD = 200;

    /** Where every request waits for its timeout, this much of it is enough to see. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "isolation";
    }

    @Override
    public String description() {
        return "one user's p99 while another floods with 200 threads, ours and raw HikariCP";
    }

    private record Felt(double p50, double p99, int failures, int requests) {}

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        int count = options.quick() ? 100 : 1500;
        int rounds = options.quick() ? 1 : 3;
        try (Bed bed = new Bed();
                DatabaseManager db =
                        bed.guarded(POOL, AdmissionPolicy.standard().withWaiters(2000, 500));
                HikariDataSource raw = bed.raw(POOL, 5000)) {
            List<Double> ratios = new ArrayList<>();
            List<Double> rawRatios = new ArrayList<>();
            int failures = 0;
            int rawFailures = 0;
            List<Double> ours = new ArrayList<>();
            List<Double> others = new ArrayList<>();
            feel(db.asDataSource(), count / 3);
            feel(raw, count / 3);
            for (int round = 0; round < rounds; round++) {
                Felt alone = feel(db.asDataSource(), count);
                Felt flooded = flooded(db.asDataSource(), count);
                Felt rawAlone = feel(raw, count);
                Felt rawFlooded = flooded(raw, count / 5);
                ratios.add(flooded.p99 / alone.p99);
                rawRatios.add(rawFlooded.p99 / rawAlone.p99);
                failures += flooded.failures;
                rawFailures += rawFlooded.failures;
                ours.add(flooded.p99);
                others.add(rawFlooded.p99);
                report.round(
                        Map.of(
                                "round",
                                round,
                                "alone",
                                alone.toString(),
                                "flooded",
                                flooded.toString(),
                                "rawAlone",
                                rawAlone.toString(),
                                "rawFlooded",
                                rawFlooded.toString()));
            }
            report.add(
                    Metric.beside(
                            "victim's p99 under flood",
                            Stopwatch.median(ours),
                            Stopwatch.median(others),
                            "ms"));
            report.add(
                    Metric.beside(
                                    "p99 under flood / p99 alone",
                                    Stopwatch.median(ratios),
                                    Stopwatch.median(rawRatios),
                                    "times")
                            .atMost(2));
            report.add(
                    Metric.beside("victim's failures", failures, rawFailures, "requests")
                            .atMost(0));
            report.note(
                    "Each p99 stands on the requests of one round, on raw HikariCP under flood on"
                            + " those of "
                            + LONGEST.toSeconds()
                            + " s at most.");
        }
    }

    private static Felt flooded(DataSource source, int count) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> flood = new ArrayList<>();
        RequestContext flooder = RequestContext.of("flooder", "flood");
        for (int i = 0; i < FLOOD; i++) {
            flood.add(Thread.ofVirtual().start(() -> flooder.run(() -> sleepUntil(source, done))));
        }
        try {
            return feel(source, count);
        } finally {
            done.set(true);
            for (Thread each : flood) {
                each.join();
            }
        }
    }

    private static void sleepUntil(DataSource source, AtomicBoolean done) {
        while (!done.get()) {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_sleep(0.05)");
            } catch (SQLException e) {
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
        }
    }

    /** The victim: a short query every few milliseconds, as a person's requests come. */
    private static Felt feel(DataSource source, int count) throws Exception {
        RequestContext victim = RequestContext.of("victim", "read");
        List<Double> times = new ArrayList<>();
        int[] failures = {0};
        long end = System.nanoTime() + LONGEST.toNanos();
        victim.run(
                () -> {
                    for (int i = 0; i < count && System.nanoTime() - end < 0; i++) {
                        long begin = System.nanoTime();
                        try {
                            Stopwatch.selectOne(source);
                        } catch (SQLException e) {
                            failures[0]++;
                        }
                        times.add((System.nanoTime() - begin) / 1e6);
                        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                    }
                });
        double[] warm =
                times.stream().skip(times.size() / 10).mapToDouble(Double::doubleValue).toArray();
        Percentiles all = new Percentiles(warm);
        return new Felt(all.at(50), all.at(99), failures[0], times.size());
    }
}
