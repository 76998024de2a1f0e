package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The answer to COMMIT is lost in transactions that are not begun as the book says. */
@Tag("STA-8")
class LostCommitIT {

    private TcpProxy proxy;
    private TcpProxy spare;
    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute(
                "DROP TABLE IF EXISTS lost", "CREATE TABLE lost (id int PRIMARY KEY, run int)");
        proxy = TcpProxy.to(TestServer.SERVER.port());
        spare = TcpProxy.to(TestServer.SERVER.port());
        db =
                DatabaseManager.start(
                        TestServer.config(
                                        "lost",
                                        TestServer.SERVER,
                                        "127.0.0.1:" + proxy.port() + ",127.0.0.1:" + spare.port())
                                .pool(PoolBounds.exactly(2))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withConnect(Duration.ofSeconds(2)))
                                .build());
    }

    @AfterEach
    void close() {
        db.close();
        proxy.close();
        spare.close();
    }

    private void loseAnswerToCommit() {
        proxy.loseAnswerTo("COMMIT");
        spare.loseAnswerTo("COMMIT");
    }

    private static Outcome outcome(@Nullable Throwable error) {
        return error == null
                ? Outcome.COMMITTED
                : FailureClassifier.classify(error, Phase.COMMITTING).outcome();
    }

    private static long rows() throws SQLException {
        try (Connection raw = TestServer.raw()) {
            return DatabaseManagerIT.count(raw, "lost");
        }
    }

    @Test
    void aWriteBehindASettingInOneTextIsNotTakenForNothing() throws Exception {
        int[] runs = {0};
        var _ =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("set and insert"),
                                        session -> {
                                            int run = ++runs[0];
                                            if (run == 1) {
                                                loseAnswerToCommit();
                                            }
                                            try (Statement statement =
                                                    session.connection().createStatement()) {
                                                statement.execute(
                                                        "SET LOCAL lock_timeout = '5s'; INSERT INTO lost"
                                                                + " VALUES ("
                                                                + run
                                                                + ", 1)");
                                            }
                                            return null;
                                        }));
        assertThat(runs[0]).as("times the body ran").isEqualTo(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aWriteThroughRowsOfAnEarlierTransactionIsNotTakenForNothing() throws Exception {
        TestServer.execute("INSERT INTO lost VALUES (1, 1)");
        Throwable error;
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement =
                        connection.createStatement(
                                ResultSet.TYPE_SCROLL_INSENSITIVE,
                                ResultSet.CONCUR_UPDATABLE,
                                ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
            ResultSet rows = statement.executeQuery("SELECT id, run FROM lost");
            assertThat(rows.next()).isTrue();
            connection.setAutoCommit(false);
            rows.updateInt(2, 3);
            rows.updateRow();
            loseAnswerToCommit();
            error = catchThrowable(connection::commit);
        }
        try (Connection raw = TestServer.raw()) {
            assertThat(SessionIT.text(raw, "SELECT run FROM lost")).isEqualTo("3");
        }
        assertThat(error).isInstanceOf(CommitFailedException.class);
        assertThat(outcome(error)).isEqualTo(Outcome.IN_DOUBT);
    }

    @Test
    void theNumberOfATransactionThatEndedByItsTextIsNotAskedForTheNext() throws Exception {
        Throwable error;
        try (Connection connection = db.asDataSource().getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "INSERT INTO lost VALUES (1, 1)");
            update(connection, "ROLLBACK");
            update(connection, "INSERT INTO lost VALUES (2, 1)");
            loseAnswerToCommit();
            error = catchThrowable(connection::commit);
        }
        assertThat(rows()).isEqualTo(1);
        assertThat(outcome(error)).isNotEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void aSessionToReadThatWritesAllTheSameIsNotTakenForNothing() throws Exception {
        int[] runs = {0};
        Throwable error =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.read("report").access(Access.READ_WRITE),
                                        session -> {
                                            if (++runs[0] == 1) {
                                                loseAnswerToCommit();
                                            }
                                            return update(
                                                    session.connection(),
                                                    "INSERT INTO lost VALUES (" + runs[0] + ", 1)");
                                        }));
        assertThat(error).isNull();
        assertThat(runs[0]).as("times the body ran").isEqualTo(1);
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void aThreadInterruptedDuringItsCommitLearnsWhatBecameOfIt() throws Exception {
        TestServer.execute(
                "CREATE OR REPLACE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON lost DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION slow_commit()");
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread writer = Thread.ofVirtual().start(() -> outcome.complete(outcome(insertOnce())));
        try (Connection raw = TestServer.raw()) {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(
                            () ->
                                    SessionIT.text(
                                            raw,
                                            "SELECT count(*) FROM pg_stat_activity WHERE"
                                                    + " application_name = 'lost' AND query ="
                                                    + " 'COMMIT' AND state = 'active'"),
                            "1"::equals);
        }
        writer.interrupt();
        assertThat(outcome.get(60, TimeUnit.SECONDS))
                .isEqualTo(rows() == 1 ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
        assertThat(db.interventions()).isEmpty();
    }

    private @Nullable Throwable insertOnce() {
        return catchThrowable(
                () ->
                        db.inTransaction(
                                SessionRequest.write("slow").once(),
                                session ->
                                        update(
                                                session.connection(),
                                                "INSERT INTO lost VALUES (1, 1)")));
    }

    /** Its status is forgotten, so no patience brings it back. */
    @Test
    void whatTheServerHasForgottenIsInDoubtAtOnce() throws Exception {
        DatabaseConfig config = TestServer.config("forgotten").build();
        try (Connector connector = new Connector(new LiveConfig(config))) {
            Routes routes = new Routes(config.url().endpoints(), connector);
            PhysicalConnection asker = routes.open(Route.Role.PRIMARY, Duration.ofSeconds(20));
            assertThat(SessionIT.text(asker, "SELECT pg_xact_status('3'::xid8)")).isNull();
            long begin = System.nanoTime();
            assertThat(
                            new CommitResolver(routes, Duration.ofMinutes(1))
                                    .resolve(asker, "3", asker.facts().life()))
                    .isEqualTo(Outcome.IN_DOUBT);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(30));
        }
    }
}
