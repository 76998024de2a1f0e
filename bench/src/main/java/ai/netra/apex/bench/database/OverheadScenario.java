package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** What guarding costs when nothing is wrong. */
public final class OverheadScenario implements Scenario {

    private static final int POOL = 10;

    @Override
    public String name() {
        return "overhead";
    }

    @Override
    public String description() {
        return "borrow, SELECT 1 and a TPC-B-like transaction through guarded sessions, beside raw"
                + " HikariCP";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        int rounds = options.quick() ? 2 : 7;
        int scale = options.quick() ? 20 : 1;
        try (Bed bed = new Bed();
                DatabaseManager db = bed.guarded(POOL, AdmissionPolicy.standard());
                HikariDataSource raw = bed.raw(POOL, 5000)) {
            prepare(bed);
            DataSource ours = db.asDataSource();
            for (int threads : new int[] {1, 8}) {
                String on = " (" + threads + (threads == 1 ? " thread)" : " threads)");
                Metric borrow =
                        compare(
                                "borrow and return" + on,
                                new Setting(ours, raw, threads, 100_000 / scale, rounds),
                                Stopwatch::borrow,
                                report);
                report.add(borrow);
                double more = borrow.value() - (borrow.peer() == null ? 0 : borrow.peer());
                report.add(Metric.of("borrow, more than raw" + on, more, "µs").atMost(2));
                report.add(
                        compare(
                                        "SELECT 1" + on,
                                        new Setting(ours, raw, threads, 10_000 / scale, rounds),
                                        Stopwatch::selectOne,
                                        report)
                                .ratioAtMost(1.05));
            }
            report.add(
                    compare(
                            "TPC-B-like transaction (8 threads)",
                            new Setting(ours, raw, 8, 1_000 / scale, rounds),
                            OverheadScenario::tpcb,
                            report));
        }
        report.note(
                "Median of the rounds' medians; ours and raw HikariCP take turns. Borrowing sends"
                        + " no byte to the server. The transaction has one round trip more than"
                        + " raw: it fetches the transaction's id, without which a lost answer to"
                        + " COMMIT could not be resolved (validateCommits).");
        if (!options.quick()) {
            Chart.write(options.repository().resolve("bench/results"), name(), report.metrics());
        }
    }

    private record Setting(DataSource ours, DataSource raw, int threads, int count, int rounds) {}

    private static Metric compare(String name, Setting setting, Stopwatch.Work work, Report report)
            throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> raw = new ArrayList<>();
        Stopwatch.times(setting.ours, work, setting.threads, setting.count);
        Stopwatch.times(setting.raw, work, setting.threads, setting.count);
        for (int round = 0; round < setting.rounds; round++) {
            double own = median(setting.ours, work, setting);
            double other = median(setting.raw, work, setting);
            ours.add(own);
            raw.add(other);
            report.round(Map.of("what", name, "round", round, "guarded", own, "raw", other));
        }
        return Metric.beside(name, Stopwatch.median(ours), Stopwatch.median(raw), "µs");
    }

    private static double median(DataSource source, Stopwatch.Work work, Setting setting)
            throws Exception {
        return new Percentiles(Stopwatch.times(source, work, setting.threads, setting.count)).at(50)
                / 1000;
    }

    private static void prepare(Bed bed) {
        bed.server.execute(
                "postgres",
                "CREATE TABLE accounts AS SELECT g AS aid, 0 AS balance FROM"
                        + " generate_series(1, 100000) g",
                "ALTER TABLE accounts ADD PRIMARY KEY (aid)",
                "CREATE TABLE tellers AS SELECT g AS tid, 0 AS balance FROM generate_series(1, 100) g",
                "ALTER TABLE tellers ADD PRIMARY KEY (tid)",
                "CREATE TABLE history (tid int, aid int, delta int, at timestamptz)",
                "VACUUM ANALYZE");
    }

    private static void tpcb(DataSource source) throws SQLException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int account = random.nextInt(1, 100_001);
        int teller = random.nextInt(1, 101);
        int delta = random.nextInt(-5000, 5001);
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            update(
                    connection,
                    "UPDATE accounts SET balance = balance + ? WHERE aid = ?",
                    delta,
                    account);
            try (PreparedStatement read =
                    connection.prepareStatement("SELECT balance FROM accounts WHERE aid = ?")) {
                read.setInt(1, account);
                try (ResultSet row = read.executeQuery()) {
                    row.next();
                }
            }
            update(
                    connection,
                    "UPDATE tellers SET balance = balance + ? WHERE tid = ?",
                    delta,
                    teller);
            update(connection, "INSERT INTO history VALUES (?, ?, 0, now())", teller, account);
            connection.commit();
        }
    }

    private static void update(Connection connection, String sql, int first, int second)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, first);
            statement.setInt(2, second);
            statement.executeUpdate();
        }
    }
}
