package ai.netra.apex.bench.database;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.PostgresPair;
import ai.netra.apex.testing.TcpProxy;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A streaming standby is promoted while the old primary is paused, or cut off by the network, and
 * comes back: how long until writes succeed, and whether one reaches the old primary.
 */
public final class FailoverScenario implements Scenario {

    private static final Duration GIVE_UP = Duration.ofSeconds(15);
    private static final int AFTERWARDS = 300;

    /** How the old primary goes away, and believes in itself when it is back. */
    private enum Way {
        PAUSE,
        PARTITION
    }

    /** One attempt to write a row. */
    @FunctionalInterface
    private interface Writer {
        void write(int id) throws SQLException;
    }

    @Override
    public String name() {
        return "failover";
    }

    @Override
    public String description() {
        return "from the promotion of a standby to the first write there, and writes that reach the"
                + " old primary when it is back";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        report.peer("raw HikariCP");
        int rounds = options.quick() ? 1 : 3;
        for (Way way : Way.values()) {
            List<Double> ours = new ArrayList<>();
            List<Double> raw = new ArrayList<>();
            long astray = 0;
            long rawAstray = 0;
            for (int round = 0; round < rounds; round++) {
                Seen seen = once(way);
                ours.add(seen.guarded);
                raw.add(seen.raw);
                astray += seen.guardedAstray;
                rawAstray += seen.rawAstray;
                report.round(Map.of("way", way, "round", round, "seen", seen));
            }
            String name = way == Way.PAUSE ? "old primary paused" : "old primary cut off";
            report.add(
                    Metric.beside(
                                    name + ": promotion to first write",
                                    Stopwatch.median(ours),
                                    Stopwatch.median(raw),
                                    "s")
                            .atMost(3));
            report.add(
                    Metric.beside(
                                    name + ": writes to it when it is back",
                                    (double) astray,
                                    (double) rawAstray,
                                    "rows")
                            .atMost(0));
        }
        report.note(
                "From the moment the standby has been promoted; it is promoted at once. "
                        + GIVE_UP.toSeconds()
                        + " s is where waiting for the peer ended. Raw HikariCP has both hosts in"
                        + " its URL, targetServerType=primary and a connection timeout of 2 s; it"
                        + " has no limit on a statement, as it comes.");
    }

    /**
     * What one failover showed: seconds to the first write, and rows written to the old primary
     * after the promotion.
     */
    public record Seen(double guarded, double raw, long guardedAstray, long rawAstray) {}

    private static Seen once(Way way) throws Exception {
        Path home = Files.createTempDirectory("apex-failover");
        try (PostgresPair servers = PostgresPair.start(home.resolve("standby"));
                TcpProxy toOld = TcpProxy.to(servers.primary().port())) {
            String hosts = "127.0.0.1:" + toOld.port() + ",127.0.0.1:" + servers.standby().port();
            servers.primary()
                    .execute(
                            "postgres",
                            "CREATE TABLE guarded (id int)",
                            "CREATE TABLE raw (id int)");
            try (DatabaseManager db = guarded(servers.primary(), hosts);
                    HikariDataSource pool = raw(servers.primary(), hosts)) {
                return over(way, servers, toOld, db, pool);
            }
        } finally {
            delete(home);
        }
    }

    private static Seen over(
            Way way,
            PostgresPair servers,
            TcpProxy toOld,
            DatabaseManager db,
            HikariDataSource pool)
            throws Exception {
        Writer ours = id -> writeGuarded(db, id);
        Writer others = id -> writeRaw(pool, id);
        firstWrite(ours, 0);
        firstWrite(others, 0);
        servers.awaitCaughtUp();
        switch (way) {
            case PAUSE -> servers.pausePrimary();
            case PARTITION -> toOld.blackHole();
        }
        servers.promote();
        long promoted = System.nanoTime();
        double[] seconds = {GIVE_UP.toSeconds(), GIVE_UP.toSeconds()};
        Thread first = Thread.ofVirtual().start(() -> seconds[0] = firstWrite(ours, promoted));
        Thread second = Thread.ofVirtual().start(() -> seconds[1] = firstWrite(others, promoted));
        first.join(GIVE_UP);
        second.join(GIVE_UP.minus(Duration.ofNanos(System.nanoTime() - promoted)));
        servers.resumePrimary();
        toOld.pass();
        for (int id = 2; id < AFTERWARDS; id++) {
            attempt(ours, id);
            attempt(others, id);
        }
        return new Seen(seconds[0], seconds[1], astray(servers, "guarded"), astray(servers, "raw"));
    }

    private static double firstWrite(Writer writer, long since) {
        int id = since == 0 ? 0 : 1;
        while (!attempt(writer, id)) {
            if (since != 0 && System.nanoTime() - since > GIVE_UP.toNanos()) {
                return GIVE_UP.toSeconds();
            }
            LockSupport.parkNanos(2_000_000);
        }
        return (System.nanoTime() - since) / 1e9;
    }

    private static boolean attempt(Writer writer, int id) {
        try {
            writer.write(id);
            return true;
        } catch (SQLException | DatabaseException e) {
            return false;
        }
    }

    private static void writeGuarded(DatabaseManager db, int id) {
        db.inTransaction(
                SessionRequest.write("write").within(Duration.ofSeconds(5)),
                session -> insert(session.connection(), "guarded", id));
    }

    private static void writeRaw(HikariDataSource pool, int id) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "raw", id);
            connection.commit();
        }
    }

    private static int insert(Connection connection, String table, int id) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("INSERT INTO " + table + " VALUES (" + id + ")");
        }
    }

    /** Rows of after the promotion on the old primary. */
    private static long astray(PostgresPair servers, String table) throws SQLException {
        try (Connection connection = servers.primary().connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*) FROM " + table + " WHERE id > 0")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static DatabaseManager guarded(EmbeddedPostgres server, String hosts) {
        return DatabaseManager.start(
                DatabaseConfig.builder("failover", Tier.LOCAL)
                        .url(
                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                        .hosts(hosts)
                                        .database("postgres")
                                        .build())
                        .credentials(CredentialsSource.of(server.superuser(), server.password()))
                        .pool(PoolBounds.exactly(4))
                        .limits(
                                TimeLimits.forTier(Tier.LOCAL)
                                        .withConnect(Duration.ofSeconds(2))
                                        .withCancelGrace(Duration.ofMillis(500)))
                        .build());
    }

    private static HikariDataSource raw(EmbeddedPostgres server, String hosts) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(
                "jdbc:postgresql://"
                        + hosts
                        + "/postgres?sslmode=disable&targetServerType=primary"
                        + "&hostRecheckSeconds=1&connectTimeout=2");
        config.setUsername(server.superuser());
        config.setPassword(server.password());
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(2000);
        return new HikariDataSource(config);
    }

    private static void delete(Path directory) throws java.io.IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
