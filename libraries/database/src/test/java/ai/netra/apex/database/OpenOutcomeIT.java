package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is reported wrongly of a transaction. */
@Tag("STA-8")
class OpenOutcomeIT {

    private TcpProxy proxy;
    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute("DROP TABLE IF EXISTS told", "CREATE TABLE told (id int NOT NULL)");
        proxy = TcpProxy.to(TestServer.SERVER.port());
        db =
                DatabaseManager.start(
                        TestServer.config("told", TestServer.SERVER, "127.0.0.1:" + proxy.port())
                                .pool(PoolBounds.exactly(2))
                                .build());
    }

    @AfterEach
    void stop() {
        db.close();
        proxy.close();
    }

    private static long rows(String condition) throws SQLException {
        try (Connection connection = TestServer.raw()) {
            return count(connection, "told WHERE " + condition);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SessionRequest write() {
        return SessionRequest.write("tell");
    }

    /** What the library says became of it. */
    private Outcome outcome(SessionRequest request, TransactionBody<Integer> body) {
        try {
            db.inTransaction(request, body);
            return Outcome.COMMITTED;
        } catch (DatabaseException e) {
            return e.failure().outcome();
        }
    }

    @Test
    void aReadingSessionWritesNothingInAutoCommitModeEither() throws SQLException {
        try (Session session = db.open(SessionRequest.read("read"))) {
            assertThat(
                            catchThrowable(
                                    () ->
                                            update(
                                                    session.connection(),
                                                    "INSERT INTO told VALUES (8)")))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(rows("id = 8")).isZero();
    }

    @Test
    void aWriteInAReadingTransactionIsAProgramsMistakeAndNoFailover() {
        int[] runs = {0};
        DatabaseException error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () ->
                                db.inTransaction(
                                        SessionRequest.read("read"),
                                        session -> {
                                            runs[0]++;
                                            return update(
                                                    session.connection(),
                                                    "INSERT INTO told VALUES (12)");
                                        }));
        assertThat(error.failure().sqlState()).isEqualTo("25006");
        assertThat(runs[0]).isEqualTo(1);
        assertThat(error.failure().kind()).isNotEqualTo(FailureKind.FAILOVER);
        assertThat(db.snapshot().counters().get("connections_destroyed")).isZero();
    }

    @Test
    void aLimitOfTransactionsDoesNotStayBehind() throws SQLException {
        try (DatabaseManager other =
                DatabaseManager.start(
                        TestServer.config("limit").pool(PoolBounds.exactly(2)).build())) {
            int pid;
            try (Session session = other.open(write())) {
                pid = session.info().backendPid();
                execute(session.connection(), "SET transaction_timeout = 0");
            }
            try (Session first = other.open(write());
                    Session second = other.open(write().priority(Priority.CRITICAL))) {
                Session same = first.info().backendPid() == pid ? first : second;
                if (same.info().backendPid() == pid) {
                    assertThat(SessionIT.text(same.connection(), "SHOW transaction_timeout"))
                            .isEqualTo("1min");
                }
            }
        }
    }

    /** The statement may have taken effect: a transaction around it must not repeat it. */
    @Test
    void aStatementOfAnotherSessionInDoubtIsNotRunAgain() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    try (Session aside = db.open(write().priority(Priority.CRITICAL))) {
                        if (runs[0]++ == 0) {
                            proxy.loseAnswerTo("told VALUES (21)");
                        }
                        return update(aside.connection(), "INSERT INTO told VALUES (21)");
                    }
                });
        assertThat(rows("id = 21")).isEqualTo(1);
    }
}
