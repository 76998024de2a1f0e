package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIT {

    private static final TimeLimits SHORT =
            TimeLimits.forTier(Tier.TEST)
                    .withStatement(Duration.ofSeconds(1))
                    .withTransaction(Duration.ofSeconds(2))
                    .withCancelGrace(Duration.ofMillis(300));

    private final ConcurrentLinkedQueue<DatabaseEvent> events = new ConcurrentLinkedQueue<>();
    private DatabaseManager db;

    private DatabaseManager start(DatabaseConfig.Builder config) {
        db = DatabaseManager.start(config.build());
        db.onEvent(events::add);
        return db;
    }

    /** Events are told on a thread of their own. */
    private void awaitEvent(Class<? extends DatabaseEvent> type) {
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> events.stream().anyMatch(type::isInstance));
    }

    @AfterEach
    void booksBalanceAndEverySlotIsBack() {
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 0);
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    @Test
    @Tag("SES-1")
    @Tag("SES-2")
    void aStatementTimeoutInsideATransactionReleasesTheUsersSlot() {
        start(TestServer.config("vitess").pool(PoolBounds.exactly(4)).limits(SHORT));
        for (int i = 0; i < 3; i++) {
            var error =
                    catchThrowableOfType(
                            DatabaseException.class,
                            () ->
                                    db.inTransaction(
                                            SessionRequest.write("slow").user("ada").once(),
                                            session ->
                                                    text(
                                                            session.connection(),
                                                            "SELECT pg_sleep(60)")));
            assertThat(error.failure().kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(error.failure().outcome()).isEqualTo(Outcome.ROLLED_BACK);
        }
        assertThat(db.snapshot().inUse()).isZero();
    }

    @Test
    @Tag("SES-1")
    void oneUserCannotTakeMoreThanItsShare() throws Exception {
        start(TestServer.config("share").pool(PoolBounds.exactly(5)));
        SessionRequest greedy = SessionRequest.write("hold").user("greedy");
        try (Session first = db.open(greedy);
                Session second = db.open(greedy)) {
            assertThat(first.info().user()).isEqualTo("greedy");
            assertThatThrownBy(() -> db.open(greedy.within(Duration.ofMillis(200))))
                    .isInstanceOf(DatabaseException.class)
                    .satisfies(
                            e ->
                                    assertThat(SessionRejectedException.in(e))
                                            .get()
                                            .extracting(SessionRejectedException::retryAfter)
                                            .satisfies(after -> assertThat(after).isPositive()));
            try (Session other = db.open(SessionRequest.read("look").user("modest"))) {
                assertThat(other.connection().isValid(1)).isTrue();
            }
            assertThat(second.connection().isClosed()).isFalse();
        }
        awaitEvent(DatabaseEvent.SessionRejected.class);
    }

    @Test
    @Tag("SES-2")
    @Tag("STA-7")
    void theServerGetsTheTransactionsRemainingTime() {
        start(TestServer.config("remaining"));
        String limits =
                db.inTransaction(
                        SessionRequest.write("ask").within(Duration.ofSeconds(20)),
                        session ->
                                text(
                                        session.connection(),
                                        "SELECT string_agg(setting, ' ') FROM pg_settings WHERE name"
                                                + " IN ('statement_timeout', 'transaction_timeout')"));
        assertThat(limits.split(" ", -1))
                .hasSize(2)
                .allSatisfy(each -> assertThat(Long.parseLong(each)).isBetween(1L, 20_000L));
        String usual =
                db.inTransaction(
                        SessionRequest.write("ask"),
                        session ->
                                text(
                                        session.connection(),
                                        "SELECT current_setting('statement_timeout') || ' '"
                                                + " || current_setting('transaction_timeout')"));
        assertThat(usual).isEqualTo("30s 1min");
    }

    @Test
    @Tag("SES-2")
    void aTransactionThatIsIdleBeyondItsLimitIsEnded() throws Exception {
        start(TestServer.config("idle").limits(SHORT));
        try (Session session = db.open(SessionRequest.write("idle"))) {
            Connection connection = session.connection();
            connection.setAutoCommit(false);
            text(connection, "SELECT 1");
            await().atMost(60, TimeUnit.SECONDS).until(connection::isClosed);
            assertThatThrownBy(() -> connection.createStatement())
                    .isInstanceOf(SessionEndedException.class);
        }
        assertThat(db.snapshot().counters()).containsEntry("deadlines", 1L);
    }

    @Test
    @Tag("SES-2")
    void aRequestsDeadlineEndsItsStatementAndTheConnectionIsNotUsedAgain() throws Exception {
        start(TestServer.config("deadline").pool(PoolBounds.exactly(2)));
        try (Session session =
                db.open(SessionRequest.write("slow").within(Duration.ofMillis(300)))) {
            long begin = System.nanoTime();
            Throwable error =
                    catchThrowable(() -> text(session.connection(), "SELECT pg_sleep(120)"));
            assertThat(error).isInstanceOf(SessionEndedException.class);
            assertThat(((SessionEndedException) error).reason())
                    .isEqualTo(SessionEndedException.Reason.DEADLINE);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isLessThan(Duration.ofSeconds(50));
        }
        for (int i = 0; i < 20; i++) {
            try (Session next = db.open(SessionRequest.read("next"))) {
                assertThat(text(next.connection(), "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    @Tag("SES-4")
    @Tag("STA-5")
    void leakedSessionsAreTakenBackWithTheirBorrowersStackAndFailCleanlyAfterwards()
            throws Exception {
        int size = 4;
        start(
                TestServer.config("leak")
                        .pool(PoolBounds.exactly(size))
                        .limits(TimeLimits.forTier(Tier.TEST).withLeak(Duration.ofMillis(300))));
        List<Connection> leaked = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < size - 1; i++) {
                Connection connection = db.asDataSource().getConnection();
                text(connection, "SELECT 1");
                leaked.add(connection);
            }
            await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 0);
        }
        assertThat(db.snapshot().counters()).containsEntry("leaks", (long) leaked.size());
        for (Connection each : leaked) {
            assertThat(each.isClosed()).isTrue();
            assertThatThrownBy(each::createStatement).isInstanceOf(SessionEndedException.class);
            each.close();
        }
        awaitEvent(DatabaseEvent.SessionReclaimed.class);
        assertThat(events)
                .filteredOn(DatabaseEvent.SessionReclaimed.class::isInstance)
                .first()
                .satisfies(
                        event ->
                                assertThat(((DatabaseEvent.SessionReclaimed) event).session())
                                        .extracting(SessionInfo::thread)
                                        .isEqualTo(Thread.currentThread().getName()));
    }

    @Test
    @Tag("SES-4")
    void longWorkIsNoLeak() throws Exception {
        start(
                TestServer.config("long")
                        .pool(PoolBounds.exactly(4))
                        .limits(TimeLimits.forTier(Tier.TEST).withLeak(Duration.ofMillis(200))));
        try (Session busy = db.open(SessionRequest.read("report"));
                Session patient =
                        db.open(
                                SessionRequest.read("compute")
                                        .idleAllowance(Duration.ofSeconds(30)))) {
            assertThat(text(busy.connection(), "SELECT pg_sleep(1)")).isNotNull();
            assertThat(text(patient.connection(), "SELECT 1")).isEqualTo("1");
            assertThat(patient.connection().isClosed()).isFalse();
        }
        assertThat(db.snapshot().counters()).containsEntry("leaks", 0L);
    }

    @Test
    @Tag("SES-5")
    void criticalWorkEndsLowWorkBetweenStatementsButNotNormalWork() throws Exception {
        start(
                TestServer.config("preempt")
                        .pool(PoolBounds.exactly(3))
                        .admission(AdmissionPolicy.standard().withReserve(1).withUserShare(1)));
        try (Session low = db.open(SessionRequest.read("batch").priority(Priority.LOW));
                Session normal = db.open(SessionRequest.read("page"));
                Session first = db.open(critical());
                Session second = db.open(critical())) {
            assertThat(low.connection().isClosed()).isTrue();
            assertThat(normal.connection().isClosed()).isFalse();
            assertThat(second.connection().isValid(1)).isTrue();
            assertThat(first.connection().isValid(1)).isTrue();
        }
        assertThat(db.snapshot().counters()).containsEntry("preemptions", 1L);
    }

    @Test
    @Tag("SES-5")
    void criticalWorkCancelsARunningLowRead() throws Exception {
        start(
                TestServer.config("cancel")
                        .pool(PoolBounds.exactly(2))
                        .admission(AdmissionPolicy.standard().withReserve(1).withUserShare(1)));
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try (Session low =
                                    db.open(SessionRequest.read("scan").priority(Priority.LOW))) {
                                ended.complete(
                                        catchThrowable(
                                                () ->
                                                        text(
                                                                low.connection(),
                                                                "SELECT pg_sleep(120)")));
                            }
                        });
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 1);
        try (Session first = db.open(critical());
                Session second = db.open(critical())) {
            assertThat(first.info().priority()).isEqualTo(Priority.CRITICAL);
            assertThat(second.connection().isValid(1)).isTrue();
        }
        assertThat(ended.get(60, TimeUnit.SECONDS))
                .isInstanceOf(SessionEndedException.class)
                .extracting("reason")
                .isEqualTo(SessionEndedException.Reason.PREEMPTED);
    }

    private static SessionRequest critical() {
        return SessionRequest.read("sign-in")
                .priority(Priority.CRITICAL)
                .within(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @Tag("STA-9")
    @ValueSource(
            strings = {
                "SET search_path = pg_catalog",
                "SET work_mem = '8MB'",
                "SELECT set_config('work_mem', '8MB', false)",
                "SET ROLE pg_monitor",
                "SELECT pg_advisory_lock(42)",
                "CREATE TEMP TABLE leftover (id int)",
                "LISTEN somebody",
                "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
                "BEGIN; CREATE TABLE never (id int)"
            })
    void whatASessionLeavesBehindIsFoundAndCleaned(String sql) throws Exception {
        start(
                TestServer.config("residue")
                        .pool(PoolBounds.exactly(2))
                        .cleanup(CleanupCheck.SUSPECTED));
        for (int i = 0; i < 3; i++) {
            try (Connection connection = db.asDataSource().getConnection()) {
                execute(connection, sql);
            }
        }
        assertThat(db.snapshot().counters()).containsEntry("unclean_returns", 3L);
        for (int i = 0; i < 4; i++) {
            try (Connection connection = db.asDataSource().getConnection()) {
                assertThat(
                                text(
                                        connection,
                                        "SELECT current_user || current_setting('search_path')"
                                                + " || current_setting('work_mem')"
                                                + " || (SELECT count(*) FROM pg_locks WHERE locktype"
                                                + " = 'advisory')"
                                                + " || coalesce(to_regclass('never')::text, '')"
                                                + " || coalesce(to_regclass('leftover')::text, '')"
                                                + " || (SELECT count(*) FROM pg_cursors WHERE"
                                                + " is_holdable)"))
                        .isEqualTo("postgres\"$user\", public4MB00");
            }
        }
    }

    @Test
    @Tag("STA-9")
    @Tag("ERR-7")
    void aFailedRollbackDestroysTheConnectionAndAsksForAPerson() throws Exception {
        start(TestServer.config("rollback").pool(PoolBounds.exactly(2)));
        try (Session session = db.open(SessionRequest.write("transfer").user("ada"))) {
            Connection connection = session.connection();
            connection.setAutoCommit(false);
            text(connection, "SELECT 1");
            TestServer.execute("SELECT pg_terminate_backend(" + session.info().backendPid() + ")");
            assertThatThrownBy(connection::rollback).isInstanceOf(SQLException.class);
        }
        assertThat(db.interventions())
                .singleElement()
                .satisfies(
                        record -> {
                            assertThat(record.subject()).contains("rollback of 'transfer' failed");
                            assertThat(record.whatToDo()).contains("pg_terminate_backend");
                            assertThat(record.transactionId()).isNotBlank();
                            assertThat(record.session()).isNotNull();
                        });
        awaitEvent(DatabaseEvent.ManualInterventionNeeded.class);
        assertThat(db.snapshot().counters()).containsEntry("connections_destroyed", 1L);
    }

    @Test
    @Tag("SES-6")
    void insideATransactionTheDataSourceGivesItsConnection() throws Exception {
        TestServer.execute("DROP TABLE IF EXISTS joined", "CREATE TABLE joined (id int)");
        start(TestServer.config("join").pool(PoolBounds.exactly(2)));
        assertThatThrownBy(
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("outer"),
                                        session -> {
                                            try (Connection inner =
                                                    db.asDataSource().getConnection()) {
                                                update(inner, "INSERT INTO joined VALUES (1)");
                                            }
                                            assertThat(count(session.connection(), "joined"))
                                                    .isEqualTo(1);
                                            assertThat(db.snapshot().inUse()).isEqualTo(1);
                                            throw new IllegalStateException("undo");
                                        }))
                .isInstanceOf(IllegalStateException.class);
        try (Connection after = db.asDataSource().getConnection()) {
            assertThat(count(after, "joined")).isZero();
        }
    }

    @Test
    @Tag("SES-6")
    void theContextOfTheThreadIsTheSessionsMetadata() {
        start(TestServer.config("context"));
        RequestContext.of("ada", "GET /api/threads")
                .withPriority(Priority.HIGH)
                .withCorrelationId("abc")
                .within(Duration.ofSeconds(9))
                .run(
                        () -> {
                            try (Connection connection = db.asDataSource().getConnection()) {
                                assertThat(connection.isClosed()).isFalse();
                                SessionInfo info = db.snapshot().sessions().getFirst();
                                assertThat(info.user()).isEqualTo("ada");
                                assertThat(info.operation()).isEqualTo("GET /api/threads");
                                assertThat(info.priority()).isEqualTo(Priority.HIGH);
                                assertThat(info.correlationId()).isEqualTo("abc");
                                assertThat(info.deadline()).isNotNull();
                                assertThat(info.backendPid()).isPositive();
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    @Test
    @Tag("ERR-5")
    void aDeadlockIsRunAgainAndASerialisationFailureEndsWhenTheAttemptsDo() {
        TestServer.execute("DROP TABLE IF EXISTS tries");
        start(TestServer.config("retry"));
        int[] runs = {0};
        String result =
                db.inTransaction(
                        SessionRequest.write("collide"),
                        session -> {
                            if (++runs[0] < 3) {
                                execute(
                                        session.connection(),
                                        "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01';"
                                                + " END $$");
                            }
                            return "done";
                        });
        assertThat(result).isEqualTo("done");
        assertThat(runs[0]).isEqualTo(3);
        runs[0] = 0;
        var error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("collide"),
                                        session -> {
                                            runs[0]++;
                                            execute(
                                                    session.connection(),
                                                    "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE"
                                                            + " = '40001'; END $$");
                                            return null;
                                        }));
        assertThat(runs[0]).isEqualTo(4);
        assertThat(error.failure().kind()).isEqualTo(FailureKind.CONFLICT);
        assertThat(db.snapshot().counters()).containsEntry("retries_exhausted", 1L);
        assertThat(db.snapshot().counters()).containsEntry("retries", 5L);
    }

    @Test
    @Tag("SES-2")
    void maintenanceIsNotBoundByTheUsualLimitsAndLeavesThemForTheNext() throws Exception {
        start(TestServer.config("maintain").limits(SHORT).pool(PoolBounds.exactly(2)));
        SessionRequest migrate = SessionRequest.maintenance("migrate");
        try (Connection connection = db.asDataSource(migrate).getConnection()) {
            connection.setAutoCommit(false);
            assertThat(text(connection, "SELECT pg_sleep(2.5)")).isNotNull();
            connection.commit();
        }
        try (Connection connection = db.asDataSource().getConnection()) {
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("1s");
            assertThat(text(connection, "SHOW transaction_timeout")).isEqualTo("2s");
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
