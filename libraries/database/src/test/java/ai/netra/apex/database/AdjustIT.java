package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.resilience.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Other bounds for a manager at work. */
@Tag("CFG-4")
class AdjustIT {

    private static final PoolBounds POOL = PoolBounds.exactly(4);
    private static final TimeLimits LIMITS = TimeLimits.forTier(Tier.TEST);
    private static final AdmissionPolicy ADMISSION =
            AdmissionPolicy.standard().withReserve(0).withUserShare(1);

    private DatabaseManager db;

    @BeforeEach
    void start() {
        db =
                DatabaseManager.start(
                        TestServer.config("adjusted")
                                .pool(POOL)
                                .limits(LIMITS)
                                .admission(ADMISSION)
                                .build());
    }

    @AfterEach
    void close() {
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 0);
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    private static SessionRequest read(String user) {
        return SessionRequest.read("look").user(user);
    }

    @Test
    @Tag("SES-2")
    void aStatementThatRunsIsBoundByTheNewLimitAndTheServerKeepsItToo() throws Exception {
        var sleeping =
                CompletableFuture.runAsync(
                        () -> {
                            try (Connection connection = db.asDataSource().getConnection()) {
                                text(connection, "SELECT pg_sleep(3600)");
                            } catch (SQLException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 1);

        db.adjust(
                POOL,
                LIMITS.withStatement(Duration.ofSeconds(1))
                        .withTransaction(Duration.ofSeconds(2))
                        .withCancelGrace(Duration.ofMillis(300)),
                ADMISSION);

        var ended =
                catchThrowableOfType(
                        ExecutionException.class, () -> sleeping.get(60, TimeUnit.SECONDS));
        assertThat(ended).hasRootCauseInstanceOf(SQLException.class);
        assertThat(((SQLException) root(ended)).getSQLState()).isEqualTo("57014");
        for (int i = 0; i < 4; i++) {
            try (Connection connection = db.asDataSource().getConnection()) {
                assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("1s");
                assertThat(text(connection, "SHOW transaction_timeout")).isEqualTo("2s");
            }
        }
    }

    @Test
    @Tag("SES-1")
    void whoHoldsMoreThanTheNewShareKeepsItAndGetsNoMore() throws Exception {
        try (Session first = db.open(read("ada"));
                Session second = db.open(read("ada"))) {
            db.adjust(
                    POOL,
                    LIMITS.withQueueWait(Duration.ofMillis(100)),
                    ADMISSION.withUserMaximum(1));

            var refused = catchThrowableOfType(DatabaseException.class, () -> db.open(read("ada")));
            assertThat(refused.failure().kind()).isEqualTo(FailureKind.TIMEOUT);
            assertThat(text(first.connection(), "SELECT 'still'")).isEqualTo("still");
            assertThat(text(second.connection(), "SELECT 'here'")).isEqualTo("here");
            try (Session other = db.open(read("bob"))) {
                assertThat(text(other.connection(), "SELECT 'bob'")).isEqualTo("bob");
            }
        }
        try (Session again = db.open(read("ada"))) {
            assertThat(text(again.connection(), "SELECT 'again'")).isEqualTo("again");
        }
    }

    @Test
    void theNewSizeIsReachedAsSessionsReturn() throws Exception {
        Session[] out = {
            db.open(read("a")), db.open(read("b")), db.open(read("c")), db.open(read("d"))
        };
        db.adjust(PoolBounds.exactly(2), LIMITS, ADMISSION);
        assertThat(db.snapshot().poolSize()).isEqualTo(2);
        for (Session each : out) {
            assertThat(text(each.connection(), "SELECT 'mine'")).isEqualTo("mine");
        }
        for (Session each : out) {
            each.close();
        }
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> db.snapshot().inUse() + db.snapshot().idle() <= 2);

        db.adjust(PoolBounds.exactly(6), LIMITS, ADMISSION);
        assertThat(db.snapshot().poolSize()).isEqualTo(6);
    }

    @Test
    void boundsThatMakeNoSenseAreToldAllTogetherAndChangeNothing() throws Exception {
        var refused =
                catchThrowableOfType(
                        InvalidDatabaseConfigException.class,
                        () ->
                                db.adjust(
                                        PoolBounds.exactly(2),
                                        LIMITS.withStatement(Duration.ofMinutes(5))
                                                .withLeak(Duration.ZERO),
                                        ADMISSION));
        assertThat(refused.problems())
                .extracting(ConfigProblem::field)
                .containsExactlyInAnyOrder("limits.statement", "limits.leak");
        assertThat(db.snapshot().poolSize()).isEqualTo(4);
        try (Connection connection = db.asDataSource().getConnection()) {
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("30s");
        }
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
