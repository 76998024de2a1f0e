package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Percentiles;
import ai.netra.apex.bench.PgBench;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.DatabaseManager;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** What guarding costs when nothing is wrong. */
public final class OverheadScenario implements Scenario {

    private static final int POOL = 10;
    private static final int TPCB_CLIENTS = 8;

    /** What {@link #tpcb} does, for pgbench. */
    private static final String TPCB =
            """
            \\set aid random(1, 100000)
            \\set tid random(1, 100)
            \\set delta random(-5000, 5000)
            BEGIN;
            UPDATE accounts SET balance = balance + :delta WHERE aid = :aid;
            SELECT balance FROM accounts WHERE aid = :aid;
            UPDATE tellers SET balance = balance + :delta WHERE tid = :tid;
            INSERT INTO history VALUES (:tid, :aid, 0, now());
            COMMIT;
            """;

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
        report.peer("raw HikariCP");
        int turns = options.quick() ? 2 : 40;
        int scale = options.quick() ? 10 : 1;
        try (Bed bed = new Bed();
                DatabaseManager db = bed.guarded(POOL, AdmissionPolicy.standard());
                HikariDataSource raw = bed.raw(POOL, 5000);
                HikariDataSource twin = bed.raw(POOL, 5000);
                PgBouncer bouncer = PgBouncer.startIfInstalled(bed, POOL);
                HikariDataSource other = bouncer == null ? null : bed.over(bouncer, POOL, 5000)) {
            prepare(bed);
            DataSource ours = db.asDataSource();
            for (int threads : new int[] {1, 8}) {
                String on = " (" + threads + (threads == 1 ? " thread)" : " threads)");
                var borrow = new Setting(ours, raw, threads, 20_000 / scale, turns);
                Pair took = compare("borrow and return" + on, borrow, Stopwatch::borrow, report);
                report.add(took.middle("borrow and return" + on));
                double more = took.median - took.rawMedian;
                report.add(Metric.of("borrow, more than raw" + on, more, "µs").atMost(2));
                var select = new Setting(ours, raw, threads, 2_000 / threads / scale, turns);
                Pair one = compare("SELECT 1" + on, select, Stopwatch::selectOne, report);
                report.add(one.middle("SELECT 1" + on).ratioAtMost(1.05));
                report.add(one.mean("SELECT 1, mean" + on));
                var control = new Setting(twin, raw, threads, 2_000 / threads / scale, turns);
                String noise = "control: raw HikariCP twice, SELECT 1" + on;
                report.add(compare(noise, control, Stopwatch::selectOne, report).middle(noise));
                if (other != null) {
                    var through = new Setting(other, raw, threads, 2_000 / threads / scale, turns);
                    String what = "raw over PgBouncer, SELECT 1" + on;
                    report.add(compare(what, through, Stopwatch::selectOne, report).middle(what));
                }
            }
            String what = "TPC-B-like transaction (8 threads)";
            var setting =
                    new Setting(ours, raw, TPCB_CLIENTS, 200 / scale, options.quick() ? 2 : 8);
            report.add(compare(what, setting, OverheadScenario::tpcb, report).middle(what));
            besidePgbench(bed, ours, options.quick() ? 1 : 5, report);
            if (bouncer == null) {
                report.note("PgBouncer is not installed here: no figures of it.");
            }
        }
        report.note(
                "The control is a second pool like the first one: its ratio is what the scheduler's"
                        + " placing of server processes does to equals. Ours and raw HikariCP take"
                        + " short turns, each figure the median of all; the mean"
                        + " has the rare work too, such as looking at a returned connection once a"
                        + " second. Borrowing sends no byte to the server. The transaction has one"
                        + " round trip more than raw: it fetches the transaction's id, without"
                        + " which a lost answer to COMMIT could not be resolved (validateCommits).");
    }

    private record Setting(DataSource ours, DataSource raw, int threads, int count, int turns) {}

    /** Of the microseconds of every piece, ours and raw. */
    private record Pair(double median, double rawMedian, double mean, double rawMean) {
        static Pair of(List<double[]> ours, List<double[]> raw) {
            double[] own = all(ours);
            double[] other = all(raw);
            return new Pair(
                    new Percentiles(own).at(50),
                    new Percentiles(other).at(50),
                    Arrays.stream(own).average().orElse(Double.NaN),
                    Arrays.stream(other).average().orElse(Double.NaN));
        }

        Metric middle(String name) {
            return Metric.beside(name, median, rawMedian, "µs");
        }

        Metric mean(String name) {
            return Metric.beside(name, mean, rawMean, "µs");
        }
    }

    private static Pair compare(String name, Setting setting, Stopwatch.Work work, Report report)
            throws Exception {
        warm(setting.ours, work, setting);
        warm(setting.raw, work, setting);
        List<double[]> ours = new ArrayList<>();
        List<double[]> raw = new ArrayList<>();
        for (int turn = 0; turn < setting.turns; turn++) {
            ours.add(micros(setting.ours, work, setting));
            raw.add(micros(setting.raw, work, setting));
            double own = new Percentiles(ours.getLast()).at(50);
            double other = new Percentiles(raw.getLast()).at(50);
            report.round(Map.of("what", name, "turn", turn, "first", own, "raw", other));
        }
        return Pair.of(ours, raw);
    }

    private static void warm(DataSource source, Stopwatch.Work work, Setting setting)
            throws Exception {
        for (int i = 0; i < Math.max(1, setting.turns / 4); i++) {
            micros(source, work, setting);
        }
    }

    /** Transactions per second in turns, in full seconds of each. */
    private static void besidePgbench(Bed bed, DataSource ours, int turns, Report report)
            throws Exception {
        var pgbench =
                new PgBench(
                        bed.server.port(),
                        "postgres",
                        bed.server.superuser(),
                        bed.server.password());
        String name = "TPC-B-like transactions (8 threads)";
        List<Double> own = new ArrayList<>();
        List<Double> other = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            double[] nanos = Stopwatch.times(ours, OverheadScenario::tpcb, TPCB_CLIENTS, 1000);
            own.add(TPCB_CLIENTS * 1e9 / Arrays.stream(nanos).average().orElseThrow());
            other.add(pgbench.perSecond(TPCB, TPCB_CLIENTS, Duration.ofSeconds(3)));
            report.round(
                    Map.of(
                            "what",
                            name,
                            "turn",
                            turn,
                            "guarded",
                            own.getLast(),
                            "pgbench",
                            other.getLast()));
        }
        report.add(
                Metric.beside(
                        name + ", beside pgbench -M prepared",
                        Stopwatch.median(own),
                        Stopwatch.median(other),
                        "/s"));
    }

    private static double[] all(List<double[]> turns) {
        return turns.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] micros(DataSource source, Stopwatch.Work work, Setting setting)
            throws Exception {
        double[] times = Stopwatch.times(source, work, setting.threads, setting.count);
        return Arrays.stream(times).map(nanos -> nanos / 1000).toArray();
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
