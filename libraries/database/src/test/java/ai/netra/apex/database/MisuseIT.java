package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions as they are not meant to be used, and requests as they are not meant to be made. */
class MisuseIT {

    private DatabaseManager db;

    @BeforeEach
    void table() {
        TestServer.execute("DROP TABLE IF EXISTS misused", "CREATE TABLE misused (id int)");
    }

    @AfterEach
    void close() {
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    private void start(TimeLimits limits) {
        db =
                DatabaseManager.start(
                        TestServer.config("misuse")
                                .pool(PoolBounds.exactly(3))
                                .limits(limits)
                                .build());
    }

    private void start() {
        start(TimeLimits.forTier(Tier.TEST));
    }

    private static long rows() throws SQLException {
        try (Connection raw = TestServer.raw()) {
            return count(raw, "misused");
        }
    }

    @Test
    @Tag("SES-6")
    void afterATransactionWasTakenBackNothingOfItsBodyIsWrittenElsewhere() throws Exception {
        start(TimeLimits.forTier(Tier.TEST).withLeak(Duration.ofMillis(300)));
        Throwable error =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("two steps"),
                                        session -> {
                                            insert(db);
                                            await().atMost(60, TimeUnit.SECONDS)
                                                    .until(session.connection()::isClosed);
                                            insert(db);
                                            return null;
                                        }));
        assertThat(error).isInstanceOf(DatabaseException.class);
        assertThat(rows()).as("rows of a transaction that was rolled back").isZero();
    }

    @Test
    @Tag("SES-6")
    void theTransactionOfOneManagerIsFoundInsideThatOfAnother() throws Exception {
        start();
        try (DatabaseManager other =
                DatabaseManager.start(
                        TestServer.config("other").pool(PoolBounds.exactly(2)).build())) {
            Throwable error =
                    catchThrowable(
                            () ->
                                    db.inTransaction(
                                            SessionRequest.write("outer"),
                                            outer ->
                                                    other.inTransaction(
                                                            SessionRequest.write("inner"),
                                                            inner -> {
                                                                insert(db);
                                                                throw new IllegalStateException(
                                                                        "undo");
                                                            })));
            assertThat(error).isInstanceOf(IllegalStateException.class);
            assertThat(rows()).as("rows of a transaction that was rolled back").isZero();
        }
    }

    @Test
    @Tag("SES-6")
    void theBodysOwnConnectionCannotEndTheTransactionEither() throws Exception {
        start();
        int[] runs = {0};
        var _ =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("commits"),
                                        session -> {
                                            update(
                                                    session.connection(),
                                                    "INSERT INTO misused VALUES ("
                                                            + ++runs[0]
                                                            + ")");
                                            session.connection().commit();
                                            if (runs[0] == 1) {
                                                throw new SQLException("again", "40001");
                                            }
                                            return null;
                                        }));
        assertThat(rows()).isLessThan(2);
    }

    private static void insert(DatabaseManager into) throws SQLException {
        try (Connection connection = into.asDataSource().getConnection()) {
            update(connection, "INSERT INTO misused VALUES (1)");
        }
    }

    @Test
    @Tag("STA-9")
    void aBodyThatThrowsIsNoUncleanReturn() {
        start();
        var _ =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("fails"),
                                        session -> {
                                            update(
                                                    session.connection(),
                                                    "INSERT INTO misused VALUES (1)");
                                            throw new IllegalStateException("undo");
                                        }));
        assertThat(db.snapshot().counters())
                .containsEntry("unclean_returns", 0L)
                .containsEntry("rollbacks", 1L);
    }

    @Test
    @Tag("STA-9")
    void maintenanceIsNoUncleanReturn() throws Exception {
        start();
        try (Session session = db.open(SessionRequest.maintenance("migrate"))) {
            SessionIT.text(session.connection(), "SELECT 1");
        }
        assertThat(db.snapshot().counters()).containsEntry("unclean_returns", 0L);
    }

    @Test
    @Tag("SES-2")
    void aMaintenanceCommitMayTakeLongerThanAStatement() throws Exception {
        start(TimeLimits.forTier(Tier.TEST).withStatement(Duration.ofMillis(300)));
        TestServer.execute(
                "CREATE OR REPLACE FUNCTION slow_misuse() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON misused DEFERRABLE INITIALLY"
                        + " DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_misuse()");
        db.inTransaction(
                SessionRequest.maintenance("migrate"),
                session -> update(session.connection(), "INSERT INTO misused VALUES (1)"));
        assertThat(rows()).isEqualTo(1);
    }

    @Test
    @Tag("SES-1")
    void aRequestThatIsLateAlreadyGetsNoSession() throws Exception {
        start();
        assertThatThrownBy(
                        () -> {
                            try (Session session =
                                    db.open(
                                            SessionRequest.write("late")
                                                    .within(Duration.ofSeconds(-1)))) {
                                update(session.connection(), "INSERT INTO misused VALUES (1)");
                            }
                        })
                .isInstanceOf(DatabaseException.class);
        assertThat(rows()).isZero();
    }

    @Test
    @Tag("SES-2")
    void timesWithoutBoundAreNone() throws Exception {
        start();
        Duration forever = ChronoUnit.FOREVER.getDuration();
        try (Session session = db.open(SessionRequest.read("ever").idleAllowance(forever))) {
            assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
        }
        try (Session session = db.open(SessionRequest.read("ever").within(forever))) {
            assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
        }
        try (Session session = db.open(SessionRequest.read("ever").deadline(Instant.MAX))) {
            assertThat(SessionIT.text(session.connection(), "SELECT 1")).isEqualTo("1");
        }
        assertThat(RequestContext.of("ada", "ever").within(forever).deadline()).isNotNull();
        assertThatThrownBy(() -> db.open(SessionRequest.read("never").deadline(Instant.MIN)))
                .isInstanceOf(DatabaseException.class);
    }

    @Test
    @Tag("SES-2")
    void aLimitBelowAMillisecondWouldBeNoneAndIsRefused() {
        start();
        assertThatThrownBy(
                        () ->
                                TestServer.config("tiny")
                                        .limits(
                                                TimeLimits.forTier(Tier.TEST)
                                                        .withStatement(Duration.ofNanos(1)))
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
        assertThatThrownBy(
                        () ->
                                TestServer.config("aged")
                                        .admission(
                                                AdmissionPolicy.standard()
                                                        .withAgeStep(
                                                                ChronoUnit.FOREVER.getDuration()))
                                        .build())
                .isInstanceOf(InvalidDatabaseConfigException.class);
    }

    @Test
    @Tag("OBS-1")
    void aListenersErrorIsNotTheCallers() throws Exception {
        start();
        db.onEvent(
                event -> {
                    throw new AssertionError("a listener's own");
                });
        Throwable error =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("wrong"),
                                        session -> update(session.connection(), "no sql")));
        assertThat(error).isInstanceOf(DatabaseException.class);
    }

    @Test
    @Tag("SES-2")
    void shortStatementsOfTwoThreadsAreNotOneLongOne() throws Exception {
        start(TimeLimits.forTier(Tier.TEST).withStatement(Duration.ofMillis(700)));
        try (Session session = db.open(SessionRequest.write("shared"))) {
            Connection connection = session.connection();
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            CompletableFuture<Throwable> other = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> other.complete(work(connection, end)));
            Throwable own = work(connection, end);
            assertThat(own).isNull();
            assertThat(other.get(60, TimeUnit.SECONDS)).isNull();
        }
    }

    private static Throwable work(Connection connection, long end) {
        return catchThrowable(
                () -> {
                    while (System.nanoTime() - end < 0) {
                        SessionIT.text(connection, "SELECT pg_sleep(0.02)");
                    }
                });
    }

    @Test
    @Tag("SES-2")
    void aConnectionWhoseStatementTheDriverCancelledIsNotUsedAgain() throws Exception {
        start();
        int pid;
        try (Session session = db.open(SessionRequest.write("slow"));
                Statement statement = session.connection().createStatement()) {
            pid = session.info().backendPid();
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery("SELECT pg_sleep(60)"))
                    .isInstanceOf(SQLException.class);
        }
        gone(pid);
    }

    @Test
    @Tag("SES-6")
    void aCommentBeforeSetTransactionDoesNotMatter() throws Exception {
        start();
        try (Connection connection = db.asDataSource().getConnection()) {
            connection.setAutoCommit(false);
            update(connection, "/* why */ SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            assertThat(SessionIT.text(connection, "SHOW transaction_isolation"))
                    .isEqualTo("serializable");
            connection.rollback();
        }
    }

    @Test
    @Tag("SES-6")
    void theBodyCannotEndTheTransactionBySqlEither() throws Exception {
        start();
        int[] runs = {0};
        Throwable error =
                catchThrowable(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("commits"),
                                        session -> {
                                            update(
                                                    session.connection(),
                                                    "INSERT INTO misused VALUES (1)");
                                            update(session.connection(), "/* now */ COMMIT");
                                            if (++runs[0] == 1) {
                                                throw new SQLException("again", "40001");
                                            }
                                            return null;
                                        }));
        assertThat(error).isInstanceOf(DatabaseException.class);
        assertThat(rows()).isZero();
    }

    @Test
    @Tag("SES-2")
    void aConnectionWhoseStatementAnotherThreadClosedIsNotUsedAgain() throws Exception {
        start();
        int pid;
        try (Session session = db.open(SessionRequest.write("slow"));
                Connection raw = TestServer.raw()) {
            pid = session.info().backendPid();
            Statement statement = session.connection().createStatement();
            CompletableFuture<Throwable> ended = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(
                            () ->
                                    ended.complete(
                                            catchThrowable(
                                                    () ->
                                                            statement.executeQuery(
                                                                    "SELECT pg_sleep(60)"))));
            await().atMost(60, TimeUnit.SECONDS)
                    .until(
                            () ->
                                    SessionIT.text(
                                            raw,
                                            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                                                    + " 'SELECT pg_sleep%' AND state = 'active'"
                                                    + " AND pid = "
                                                    + pid),
                            "1"::equals);
            statement.close();
            assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(SQLException.class);
        }
        gone(pid);
    }

    private static void gone(int pid) throws SQLException {
        try (Connection raw = TestServer.raw()) {
            await().atMost(20, TimeUnit.SECONDS)
                    .until(
                            () ->
                                    SessionIT.text(
                                            raw,
                                            "SELECT count(*) FROM pg_stat_activity WHERE pid = "
                                                    + pid),
                            "0"::equals);
        }
    }

    @Test
    @Tag("ERR-7")
    void anInterruptedBodyIsRolledBackAndNobodyIsCalled() throws Exception {
        start();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () ->
                                ended.complete(
                                        catchThrowable(
                                                () ->
                                                        db.inTransaction(
                                                                SessionRequest.write("given up"),
                                                                session -> {
                                                                    update(
                                                                            session.connection(),
                                                                            "INSERT INTO misused"
                                                                                    + " VALUES (1)");
                                                                    Thread.currentThread()
                                                                            .interrupt();
                                                                    throw new IllegalStateException(
                                                                            "given up");
                                                                }))));
        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(db.interventions()).isEmpty();
        assertThat(db.snapshot().counters()).containsEntry("connections_destroyed", 0L);
        assertThat(rows()).isZero();
    }
}
