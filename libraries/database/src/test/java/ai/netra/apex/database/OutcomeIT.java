package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is reported of a transaction in ways of using it that are less usual. */
@Tag("STA-8")
class OutcomeIT {

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
    void aWriteBehindASettingInTheSameTextIsNotForgottenAtCommit() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    execute(
                            session.connection(),
                            "SET LOCAL lock_timeout = '1s'; INSERT INTO told VALUES (5)");
                    if (runs[0]++ == 0) {
                        proxy.loseAnswerTo("COMMIT");
                    }
                    return 0;
                });
        assertThat(rows("id = 5")).isEqualTo(1);
    }

    @Test
    void aBatchWithASettingIsNotForgottenAtCommit() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    try (Statement batch = session.connection().createStatement()) {
                        batch.addBatch("INSERT INTO told VALUES (6)");
                        batch.addBatch("SET LOCAL lock_timeout = '1s'");
                        batch.executeBatch();
                    }
                    if (runs[0]++ == 0) {
                        proxy.loseAnswerTo("COMMIT");
                    }
                    return 0;
                });
        assertThat(rows("id = 6")).isEqualTo(1);
    }

    @Test
    void aReadThatMayWriteIsNotRunAgainAfterItsCommit() throws SQLException {
        int[] runs = {0};
        outcome(
                SessionRequest.read("read and write").access(Access.READ_WRITE),
                session -> {
                    update(session.connection(), "INSERT INTO told VALUES (7)");
                    if (runs[0]++ == 0) {
                        proxy.loseAnswerTo("COMMIT");
                    }
                    return 0;
                });
        assertThat(rows("id = 7")).isEqualTo(1);
    }

    @Test
    void turningAutoCommitOnSaysWhatBecameOfTheCommit() throws SQLException {
        try (Session session = db.open(write())) {
            session.connection().setAutoCommit(false);
            update(session.connection(), "INSERT INTO told VALUES (9)");
            proxy.loseAnswerTo("COMMIT");
            Throwable error = catchThrowable(() -> session.connection().setAutoCommit(true));
            assertThat(rows("id = 9")).isEqualTo(1);
            assertThat(error).isNull();
        }
    }

    @Test
    void theAnswerIsFoundOutForAnInterruptedThreadToo() throws SQLException {
        try (Session session = db.open(write())) {
            session.connection().setAutoCommit(false);
            update(session.connection(), "INSERT INTO told VALUES (10)");
            proxy.loseAnswerTo("COMMIT");
            Thread.currentThread().interrupt();
            Throwable error;
            try {
                error = catchThrowable(() -> session.connection().commit());
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            } finally {
                Thread.interrupted();
            }
            assertThat(rows("id = 10")).isEqualTo(1);
            assertThat(error).isNull();
        }
    }

    @Test
    void anInterruptedVirtualThreadNeedsNoPersonToRollBack() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (Session session = db.open(write())) {
                                session.connection().setAutoCommit(false);
                                update(session.connection(), "INSERT INTO told VALUES (11)");
                                Thread.currentThread().interrupt();
                            } catch (SQLException | RuntimeException e) {
                                failure.set(e);
                            }
                        })
                .join();
        assertThat(failure.get()).isNull();
        assertThat(db.interventions()).isEmpty();
    }

    @Test
    void theServersTransactionLimitNeedsNoPerson() {
        TimeLimits brief =
                TimeLimits.forTier(Tier.TEST)
                        .withStatement(Duration.ofMillis(800))
                        .withTransaction(Duration.ofMillis(800));
        try (DatabaseManager other =
                DatabaseManager.start(
                        TestServer.config("brief")
                                .pool(PoolBounds.exactly(2))
                                .limits(brief)
                                .build())) {
            DatabaseException error =
                    catchThrowableOfType(
                            DatabaseException.class,
                            () ->
                                    other.inTransaction(
                                            write(),
                                            session -> {
                                                while (true) {
                                                    execute(
                                                            session.connection(),
                                                            "SELECT pg_sleep(0.3)");
                                                }
                                            }));
            assertThat(error.failure().sqlState()).isEqualTo("25P04");
            assertThat(other.interventions()).isEmpty();
        }
    }

    @Test
    void whatAPersonIsToldToDoCanBeDone() {
        try (DatabaseManager other =
                DatabaseManager.start(
                        TestServer.config("no id", TestServer.SERVER, "127.0.0.1:" + proxy.port())
                                .pool(PoolBounds.exactly(2))
                                .validateCommits(false)
                                .build())) {
            Throwable error =
                    catchThrowable(
                            () ->
                                    other.inTransaction(
                                            write(),
                                            session -> {
                                                proxy.loseAnswerTo("COMMIT");
                                                return update(
                                                        session.connection(),
                                                        "INSERT INTO told VALUES (20)");
                                            }));
            assertThat(error).isNotNull();
            assertThat(other.interventions())
                    .singleElement()
                    .satisfies(record -> assertThat(record.whatToDo()).doesNotContain("'null'"));
        }
    }

    @Test
    void aTransactionAfterACommitInTextIsNotTakenForTheOneBefore() throws SQLException {
        Outcome told =
                outcome(
                        write().once(),
                        session -> {
                            update(session.connection(), "INSERT INTO told VALUES (1)");
                            execute(session.connection(), "SELECT 1; COMMIT");
                            update(session.connection(), "INSERT INTO told VALUES (2)");
                            proxy.loseRequest("COMMIT");
                            return 0;
                        });
        assertThat(rows("id = 2")).isZero();
        assertThat(told).isNotEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aTransactionAfterARollbackInTextIsNotRunAgainAfterItsCommit() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    update(session.connection(), "INSERT INTO told VALUES (1)");
                    execute(session.connection(), "SELECT 1; ROLLBACK");
                    update(session.connection(), "INSERT INTO told VALUES (2)");
                    if (runs[0]++ == 0) {
                        proxy.loseAnswerTo("COMMIT");
                    }
                    return 0;
                });
        assertThat(rows("id = 2")).isEqualTo(1);
    }

    @Test
    void aCommitInTextWhoseAnswerIsLostIsNotRunAgain() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    update(session.connection(), "INSERT INTO told VALUES (3)");
                    if (runs[0]++ == 0) {
                        proxy.loseAnswerTo("COMMIT");
                    }
                    execute(session.connection(), "SELECT 1; COMMIT");
                    return 0;
                });
        assertThat(rows("id = 3")).isEqualTo(1);
    }

    @Test
    void whatTheBodyCommittedInTextIsNotRunAgain() throws SQLException {
        int[] runs = {0};
        outcome(
                write(),
                session -> {
                    update(session.connection(), "INSERT INTO told VALUES (4)");
                    execute(session.connection(), "SELECT 1; COMMIT");
                    if (runs[0]++ == 0) {
                        throw new SQLException("deadlock", "40P01");
                    }
                    return 0;
                });
        assertThat(rows("id = 4")).isEqualTo(1);
    }

    @Test
    void statisticsThatAreResetByHandAreNoCrash() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.startTemporary();
                TcpProxy way = TcpProxy.to(server.port());
                DatabaseManager other =
                        DatabaseManager.start(
                                TestServer.config("reset", server, "127.0.0.1:" + way.port())
                                        .pool(PoolBounds.exactly(2))
                                        .build())) {
            server.execute("postgres", "CREATE TABLE told (id int)");
            int[] runs = {0};
            Throwable error =
                    catchThrowable(
                            () ->
                                    other.inTransaction(
                                            write(),
                                            session -> {
                                                update(
                                                        session.connection(),
                                                        "INSERT INTO told VALUES (1)");
                                                if (runs[0]++ == 0) {
                                                    server.execute(
                                                            "postgres",
                                                            "SELECT pg_stat_reset_shared('bgwriter')");
                                                    way.loseAnswerTo("COMMIT");
                                                }
                                                return 0;
                                            }));
            try (Connection raw = server.connect("postgres")) {
                assertThat(count(raw, "told")).as("with %s", error).isEqualTo(1);
            }
        }
    }
}
