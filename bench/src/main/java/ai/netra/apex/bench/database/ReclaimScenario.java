package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/** Whether borrowed and forgotten sessions come back, and sessions in use are left alone. */
public final class ReclaimScenario implements Scenario {

    private static final int POOL = 8;
    private static final int WORKERS = 100;
    private static final Duration THRESHOLD = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "reclaim";
    }

    @Override
    public String description() {
        return "leaks of ten times the pool, and long legitimate work, ours and raw HikariCP";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        int operations = options.quick() ? 100 : 10_000;
        try (Bed bed = new Bed();
                DatabaseManager db = manager(bed, POOL);
                HikariDataSource raw = bed.raw(POOL, 2000)) {
            leak(db, report);
            int rawLent = leakRaw(raw);
            long lost = db.snapshot().counters().getOrDefault("leaks", 0L);
            report.add(
                    Metric.beside("leaked sessions lent in all", (double) lost, rawLent, "sessions")
                            .atLeast(POOL * 10));
            try (DatabaseManager wide = manager(bed, WORKERS)) {
                work(wide, operations, report);
            }
            report.add(
                    Metric.of(
                                    "sessions unaccounted for",
                                    (double) db.unaccountedSessions(),
                                    "sessions")
                            .atMost(0));
        }
    }

    private static DatabaseManager manager(Bed bed, int size) {
        return bed.guarded(
                "127.0.0.1:" + bed.server.port(),
                size,
                AdmissionPolicy.standard().withReserve(0).withWaiters(20_000, 20_000),
                TimeLimits.forTier(Tier.LOCAL)
                        .withLeak(THRESHOLD)
                        .withQueueWait(Duration.ofMinutes(30)));
    }

    /** Forgets the whole pool, ten times; each time the capacity must come back. */
    private static void leak(DatabaseManager db, Report report) throws SQLException {
        DataSource source = db.asDataSource();
        List<Connection> forgotten = new ArrayList<>();
        double worst = 0;
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < POOL; i++) {
                Connection connection = source.getConnection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
                forgotten.add(connection);
            }
            long begin = System.nanoTime();
            while (db.snapshot().inUse() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
            double took = (System.nanoTime() - begin) / 1e9;
            worst = Math.max(worst, took);
            report.round(Map.of("round", round, "reclaimedAfterSeconds", took));
        }
        report.add(
                Metric.of("slowest return of the whole capacity", worst, "s")
                        .atMost(THRESHOLD.toMillis() / 1000.0 + 1));
        int open = 0;
        for (Connection each : forgotten) {
            open += each.isClosed() ? 0 : 1;
        }
        report.add(Metric.of("reclaimed handles that still say open", open, "handles").atMost(0));
    }

    /** The same on raw HikariCP: how many are lent before there are none left. */
    private static int leakRaw(HikariDataSource raw) {
        List<Connection> forgotten = new ArrayList<>();
        try {
            for (int i = 0; i < POOL * 10; i++) {
                forgotten.add(raw.getConnection());
            }
        } catch (SQLException e) {
            return forgotten.size();
        }
        return forgotten.size();
    }

    /** Legitimate work that is longer than the threshold. */
    private static void work(DatabaseManager db, int operations, Report report) throws Exception {
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger left = new AtomicInteger(operations);
        DataSource source = db.asDataSource();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < WORKERS; t++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (left.getAndDecrement() > 0) {
                                            try {
                                                longOperation(source, left.get() % 2 == 0);
                                            } catch (SQLException e) {
                                                failures.incrementAndGet();
                                            }
                                        }
                                    }));
        }
        for (Thread each : threads) {
            each.join();
        }
        long after = db.snapshot().counters().getOrDefault("leaks", 0L);
        report.add(Metric.of("false reclaims", (double) after, "sessions").atMost(0));
        report.add(Metric.of("legitimate work that failed", failures.get(), "ops").atMost(0));
    }

    /**
     * Out for longer than the threshold: by one statement that takes as long, or by several with
     * pauses in between, each shorter.
     */
    private static void longOperation(DataSource source, boolean oneStatement) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            if (oneStatement) {
                statement.execute("SELECT pg_sleep(1.3)");
                return;
            }
            for (int i = 0; i < 4; i++) {
                statement.execute("SELECT pg_sleep(0.05)");
                LockSupport.parkNanos(300_000_000);
            }
        }
    }
}
