package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DatabaseManagerIT {

    @Test
    @Tag("CFG-6")
    @Tag("SES-6")
    void aTransactionCommitsWhatItsBodyDid() throws SQLException {
        TestServer.execute("DROP TABLE IF EXISTS kept", "CREATE TABLE kept (id int)");
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("commit").build())) {
            int rows =
                    db.inTransaction(
                            SessionRequest.write("insert").user("ada"),
                            session -> update(session.connection(), "INSERT INTO kept VALUES (1)"));
            assertThat(rows).isEqualTo(1);
            try (Connection plain = db.asDataSource().getConnection()) {
                assertThat(count(plain, "kept")).isEqualTo(1);
            }
            assertThat(db.snapshot().inUse()).isZero();
        }
    }

    @Test
    @Tag("SES-6")
    void aTransactionWhoseBodyThrowsLeavesNothing() throws SQLException {
        TestServer.execute("DROP TABLE IF EXISTS undone", "CREATE TABLE undone (id int)");
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("undo").build())) {
            assertThatThrownBy(
                            () ->
                                    db.inTransaction(
                                            SessionRequest.write("insert"),
                                            session -> {
                                                update(
                                                        session.connection(),
                                                        "INSERT INTO undone VALUES (1)");
                                                throw new IllegalStateException("no");
                                            }))
                    .isInstanceOf(IllegalStateException.class);
            try (Connection plain = db.asDataSource().getConnection()) {
                assertThat(count(plain, "undone")).isZero();
            }
            assertThat(db.snapshot().inUse()).isZero();
        }
    }

    static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** A session's own thread cannot give it back while it closes: there is nothing to wait for. */
    @Test
    @Tag("SES-6")
    void closingFromWithinASessionDoesNotWaitForIt() {
        DatabaseManager db = DatabaseManager.start(TestServer.config("within").build());
        try (Session session = db.open(SessionRequest.write("last"))) {
            assertThat(session.info().backendPid()).isPositive();
            long begin = System.nanoTime();
            db.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    @Tag("CFG-6")
    void aStartThatFailsInItsMidstLeavesNothing() {
        AtomicReference<DatabaseManager> half = new AtomicReference<>();
        Consumer<DatabaseManager> failing =
                manager -> {
                    half.set(manager);
                    throw new IllegalStateException("no");
                };
        Managers.watch(failing);
        try {
            assertThatThrownBy(
                            () -> DatabaseManager.start(TestServer.config("half").build()).close())
                    .hasMessage("no");
        } finally {
            Managers.forget(failing);
        }
        assertThat(half.get().isClosed()).isTrue();
        await().atMost(20, TimeUnit.SECONDS).until(() -> half.get().connectionsOpen() == 0);
        assertThat(Managers.open()).doesNotContain(half.get());
        await().atMost(20, TimeUnit.SECONDS)
                .until(
                        () ->
                                Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(thread -> thread.getName().contains("half")));
    }
}
