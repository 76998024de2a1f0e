package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a return costs, and what it still finds. */
class CleanReturnIT {

    private DatabaseManager db;

    @AfterEach
    void close() {
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    @Test
    @Tag("STA-9")
    void aPlainReadLeavesNothingToClean() throws Exception {
        db = start("plain", CleanupCheck.ALWAYS);
        for (int i = 0; i < 6; i++) {
            assertThat(ask("SELECT 1")).isEqualTo("1");
        }
        assertThat(unclean()).isZero();
        assertThat(ask("SELECT source FROM pg_settings WHERE name = 'application_name'"))
                .isEqualTo("client");
        assertThat(ask("SHOW application_name")).isEqualTo("plain");
    }

    @Test
    @Tag("STA-9")
    void aSettingChangedInsideAFunctionIsCleanedAtOnceWhereTheServerReportsIt() throws Exception {
        TestServer.execute(
                """
                CREATE OR REPLACE FUNCTION hidden_zone() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN PERFORM set_config('TimeZone', 'Asia/Tokyo', false); RETURN 1; END $$
                """);
        db = start("zone", CleanupCheck.SUSPECTED);
        String usual = ask("SHOW TimeZone");
        assertThat(usual).isNotEqualTo("Asia/Tokyo");
        assertThat(ask("SELECT hidden_zone()")).isEqualTo("1");
        assertThat(unclean()).isEqualTo(1);
        for (int i = 0; i < 4; i++) {
            assertThat(ask("SHOW TimeZone")).isEqualTo(usual);
        }
        assertThat(unclean()).isEqualTo(1);
    }

    @Test
    @Tag("STA-9")
    void transactionDefaultsSetBySqlDoNotReachTheNextBorrower() throws Exception {
        db = start("defaults", CleanupCheck.SUSPECTED);
        for (String change :
                new String[] {
                    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                    "SET default_transaction_isolation = 'serializable'",
                    "SET default_transaction_deferrable = on"
                }) {
            run(change);
            assertThat(ask("SHOW default_transaction_read_only")).isEqualTo("off");
            assertThat(ask("SHOW default_transaction_isolation")).isEqualTo("read committed");
            assertThat(ask("SHOW default_transaction_deferrable")).isEqualTo("off");
        }
        assertThat(unclean()).isEqualTo(3);
    }

    @Test
    @Tag("STA-9")
    void isolationSetThroughJdbcIsSetBackAndNoUncleanReturn() throws Exception {
        db = start("isolation", CleanupCheck.ALWAYS);
        try (Connection connection = db.asDataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            SessionIT.text(connection, "SELECT 1");
        }
        assertThat(ask("SHOW default_transaction_isolation")).isEqualTo("read committed");
        assertThat(unclean()).isZero();
    }

    @Test
    @Tag("SES-4")
    void whatTheServerDoesNotSupportCostsNoConnection() throws Exception {
        db = start("unsupported", CleanupCheck.SUSPECTED);
        try (Connection connection = db.asDataSource().getConnection()) {
            String before = SessionIT.text(connection, "SELECT pg_backend_pid()");
            assertThat(
                            catchThrowableOfType(
                                            SQLException.class,
                                            () ->
                                                    SessionIT.text(
                                                            connection, "COPY pg_type TO STDOUT"))
                                    .getSQLState())
                    .isEqualTo("0A000");
            assertThat(SessionIT.text(connection, "SELECT pg_backend_pid()")).isEqualTo(before);
        }
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    @Tag("STA-9")
    void whatNobodyCanSuspectIsFoundWithinASecondOrTwoOfWork() throws Exception {
        TestServer.execute(
                """
                CREATE OR REPLACE FUNCTION hidden_lock() RETURNS int LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_advisory_lock(4711); RETURN 1; END $$
                """);
        db = start("lock", CleanupCheck.SUSPECTED);
        assertThat(ask("SELECT hidden_lock()")).isEqualTo("1");
        String held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711";
        await().atMost(60, TimeUnit.SECONDS).until(() -> ask(held), "0"::equals);
        assertThat(unclean()).isEqualTo(1);
    }

    @Test
    @Tag("SES-2")
    @Tag("STA-7")
    void aStatementOutsideOfATransactionIsEndedByTheServerItself() throws Exception {
        db =
                DatabaseManager.start(
                        TestServer.config("reads")
                                .pool(PoolBounds.exactly(2))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withStatement(Duration.ofSeconds(1)))
                                .build());
        assertThat(ask("SHOW statement_timeout")).isEqualTo("1s");
        SQLException ended =
                catchThrowableOfType(SQLException.class, () -> ask("SELECT pg_sleep(60)"));
        assertThat(ended.getSQLState()).isEqualTo("57014");
        assertThat(ended.getMessage()).contains("statement timeout");
        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    private DatabaseManager start(String name, CleanupCheck cleanup) {
        return DatabaseManager.start(
                TestServer.config(name).pool(PoolBounds.exactly(2)).cleanup(cleanup).build());
    }

    private long unclean() {
        return db.snapshot().counters().getOrDefault("unclean_returns", 0L);
    }

    private String ask(String sql) throws SQLException {
        try (Connection connection = db.asDataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    @Tag("SES-2")
    void aLimitOfTransactionsDoesNotStayBehind() throws SQLException {
        db =
                DatabaseManager.start(
                        TestServer.config("limit")
                                .pool(PoolBounds.exactly(2))
                                .cleanup(CleanupCheck.SUSPECTED)
                                .build());
        int pid;
        try (Session session = db.open(SessionRequest.write("limit"));
                Statement statement = session.connection().createStatement()) {
            pid = session.info().backendPid();
            statement.execute("SET transaction_timeout = 0");
        }
        try (Session first = db.open(SessionRequest.write("limit"));
                Session second =
                        db.open(SessionRequest.write("limit").priority(Priority.CRITICAL))) {
            Session same = first.info().backendPid() == pid ? first : second;
            assertThat(same.info().backendPid()).isEqualTo(pid);
            assertThat(SessionIT.text(same.connection(), "SHOW transaction_timeout"))
                    .isEqualTo("1min");
        }
    }

    /** A temporary table of a catalog's name is found before the catalog itself. */
    @Test
    @Tag("STA-9")
    void aTableNamedAsACatalogHidesNothing() throws SQLException {
        db = DatabaseManager.start(TestServer.config("shadow").pool(PoolBounds.exactly(2)).build());
        try (Session session = db.open(SessionRequest.write("shadow"));
                Statement statement = session.connection().createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE pg_class (relnamespace oid, relkind text)");
        }
        assertThat(db.snapshot().counters()).containsEntry("unclean_returns", 1L);
    }
}
