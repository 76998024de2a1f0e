package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session to read writes nothing, in whatever mode and by whatever way. */
@Tag("SES-6")
class ReadingIT {

    private TcpProxy proxy;
    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute("DROP TABLE IF EXISTS kept", "CREATE TABLE kept (id int NOT NULL)");
        proxy = TcpProxy.to(TestServer.SERVER.port());
        db =
                DatabaseManager.start(
                        TestServer.config("reading", TestServer.SERVER, "127.0.0.1:" + proxy.port())
                                .pool(PoolBounds.exactly(2))
                                .admission(AdmissionPolicy.standard().withReserve(0))
                                .cleanup(CleanupCheck.SUSPECTED)
                                .allowUnwrap(true)
                                .build());
    }

    @AfterEach
    void stop() {
        db.close();
        proxy.close();
    }

    private static SessionRequest read() {
        return SessionRequest.read("read");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long rows() throws SQLException {
        try (Connection raw = TestServer.raw()) {
            return count(raw, "kept");
        }
    }

    private void writeIsRefused(Connection connection) {
        SQLException error =
                catchThrowableOfType(
                        SQLException.class,
                        () -> update(connection, "INSERT INTO kept VALUES (1)"));
        assertThat((Throwable) error).isNotNull();
        assertThat(error.getSQLState()).isEqualTo("25006");
    }

    @Test
    void inAutoCommitMode() throws Exception {
        try (Session session = db.open(read())) {
            writeIsRefused(session.connection());
            assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
        }
        assertThat(rows()).isZero();
        assertThat(db.snapshot().counters()).containsEntry("connections_destroyed", 0L);
    }

    @Test
    void afterItHasSaidThatItWillWrite() throws Exception {
        try (Session session = db.open(read())) {
            Connection connection = session.connection();
            connection.setReadOnly(false);
            assertThat(connection.isReadOnly()).isTrue();
            writeIsRefused(connection);
            connection.setAutoCommit(false);
            writeIsRefused(connection);
            connection.rollback();
        }
        assertThat(rows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET default_transaction_read_only = off",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ /* on */ WRITE",
                "RESET ALL",
                "DISCARD ALL",
                "RESET default_transaction_read_only",
                "SELECT set_config('default_' || 'transaction' || '_read_only', 'off', false)",
                "BEGIN READ WRITE",
                "BEGIN"
            })
    void afterItHasTriedToBePermitted(String way) throws Exception {
        try (Session session = db.open(read())) {
            Throwable ignored = catchThrowable(() -> execute(session.connection(), way));
            assertThat(ignored == null || ignored instanceof SQLException).isTrue();
            writeIsRefused(session.connection());
        }
        assertThat(rows()).isZero();
    }

    @Test
    void inATransactionThatWouldPermitIt() throws Exception {
        try (Session session = db.open(read())) {
            session.connection().setAutoCommit(false);
            Throwable refused =
                    catchThrowable(
                            () -> execute(session.connection(), "SET TRANSACTION READ WRITE"));
            assertThat(refused).isInstanceOf(SQLException.class);
            writeIsRefused(session.connection());
        }
        assertThat(rows()).isZero();
    }

    @Test
    void whoeverComesNextMayWrite() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (Session session = db.open(read());
                    Session other = db.open(read())) {
                assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
                assertThat(SessionIT.text(other.connection(), "SELECT 1")).isEqualTo("1");
            }
            try (Session session = db.open(SessionRequest.write("write"));
                    Session other = db.open(SessionRequest.write("write"))) {
                update(session.connection(), "INSERT INTO kept VALUES (1)");
                other.connection().setAutoCommit(false);
                update(other.connection(), "INSERT INTO kept VALUES (2)");
                other.connection().commit();
            }
        }
        assertThat(rows()).isEqualTo(8);
        assertThat(db.snapshot().counters()).containsEntry("unclean_returns", 0L);
    }

    /** The server is told once: the next time its answer would be lost. */
    @Test
    void sessionsToReadInARowAskNothingMore() throws Exception {
        try (Session held = db.open(SessionRequest.write("hold"))) {
            for (int i = 0; i < 3; i++) {
                try (Session session = db.open(read())) {
                    assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
                    if (i == 0) {
                        proxy.loseAnswerTo("SET default_transaction_read_only");
                    }
                }
            }
            assertThat(held.connection().isClosed()).isFalse();
        }
    }

    /** The same error elsewhere is the sign of a failover. */
    @Test
    @Tag("ERR-1")
    void aWriteInAReadingTransactionIsAProgramsMistakeAndNoFailover() {
        int[] runs = {0};
        DatabaseException error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () ->
                                db.inTransaction(
                                        read(),
                                        session -> {
                                            runs[0]++;
                                            return update(
                                                    session.connection(),
                                                    "INSERT INTO kept VALUES (12)");
                                        }));
        assertThat(error.failure().sqlState()).isEqualTo("25006");
        assertThat(runs[0]).isEqualTo(1);
        assertThat(error.failure().kind()).isNotEqualTo(FailureKind.FAILOVER);
        assertThat(db.snapshot().counters().get("connections_destroyed")).isZero();
    }
}
