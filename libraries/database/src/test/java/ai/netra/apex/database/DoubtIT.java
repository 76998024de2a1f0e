package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What may have taken effect is called in doubt, and is not repeated. */
@Tag("STA-8")
class DoubtIT {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private TcpProxy proxy;
    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute("DROP TABLE IF EXISTS maybe", "CREATE TABLE maybe (id int NOT NULL)");
        proxy = TcpProxy.to(TestServer.SERVER.port());
        db =
                DatabaseManager.start(
                        TestServer.config("doubt", TestServer.SERVER, "127.0.0.1:" + proxy.port())
                                .pool(PoolBounds.exactly(2))
                                .limits(TimeLimits.forTier(Tier.TEST).withConnect(CONNECT))
                                .build());
    }

    @AfterEach
    void stop() {
        db.close();
        proxy.close();
    }

    private static long rows(int id) throws SQLException {
        try (Connection connection = TestServer.raw()) {
            return count(connection, "maybe WHERE id = " + id);
        }
    }

    private static SessionRequest write() {
        return SessionRequest.write("doubt");
    }

    /** The statement may have taken effect: a transaction around it must not repeat it. */
    @Test
    void aStatementOfAnotherSessionInDoubtIsNotRunAgain() throws SQLException {
        int[] runs = {0};
        DatabaseException error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () ->
                                db.inTransaction(
                                        write(),
                                        session -> {
                                            try (Session aside =
                                                    db.open(write().priority(Priority.CRITICAL))) {
                                                if (runs[0]++ == 0) {
                                                    proxy.loseAnswerTo("maybe VALUES (21)");
                                                }
                                                return update(
                                                        aside.connection(),
                                                        "INSERT INTO maybe VALUES (21)");
                                            }
                                        }));
        assertThat(rows(21)).isEqualTo(1);
        assertThat(error.failure().outcome()).isEqualTo(Outcome.IN_DOUBT);
        assertThat(error.getCause())
                .isInstanceOf(SQLException.class)
                .isInstanceOf(Classified.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .asString()
                .startsWith("08");
    }

    @Test
    void aCancelledCallThatHadCommittedIsInDoubt() throws Exception {
        TestServer.execute(
                "CREATE OR REPLACE PROCEDURE by_parts() LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO maybe VALUES (31); COMMIT; PERFORM pg_sleep(60); END $$");
        try (Session session = db.open(write());
                Statement statement = session.connection().createStatement()) {
            Thread canceller =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        await().until(() -> rows(31) == 1);
                                        try {
                                            statement.cancel();
                                        } catch (SQLException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
            Throwable error = catchThrowable(() -> statement.execute("CALL by_parts()"));
            canceller.join();
            assertThat(FailureClassifier.classify(error, Phase.AUTOCOMMIT).outcome())
                    .isEqualTo(Outcome.IN_DOUBT);
        }
        try (Session session = db.open(write())) {
            Throwable unknown =
                    catchThrowable(() -> update(session.connection(), "CALL no_such_thing()"));
            assertThat(FailureClassifier.classify(unknown, Phase.AUTOCOMMIT).outcome())
                    .isEqualTo(Outcome.ROLLED_BACK);
        }
    }

    @Test
    @Tag("SES-2")
    void aRequestDoesNotWaitForAConnectionBeyondItsDeadline() throws Exception {
        long idleSince = System.nanoTime();
        await().until(() -> System.nanoTime() - idleSince > 600_000_000);
        proxy.blackHole();
        long begin = System.nanoTime();
        assertThatThrownBy(
                        () -> db.open(SessionRequest.read("short").within(Duration.ofMillis(300))))
                .isInstanceOf(DatabaseException.class);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        proxy.pass();
        assertThat(took).isLessThan(Duration.ofMillis(900));
    }

    @Test
    @Tag("SES-1")
    void whoWouldWaitForItselfIsToldAtOnce() {
        SessionRequest one = write().user("ada");
        DatabaseException error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () -> db.inTransaction(one, _ -> db.inTransaction(one, session -> 1)));
        assertThat(SessionRejectedException.in(error))
                .get()
                .extracting(SessionRejectedException::reason)
                .isEqualTo(SessionRejectedException.Reason.USER_LIMIT);
    }
}
