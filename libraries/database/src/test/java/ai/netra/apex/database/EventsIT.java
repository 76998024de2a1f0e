package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What listeners are told, and what they cannot hold up. */
class EventsIT {

    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute("DROP TABLE IF EXISTS said", "CREATE TABLE said (id text PRIMARY KEY)");
        db =
                DatabaseManager.start(
                        TestServer.config("events")
                                .pool(PoolBounds.exactly(3))
                                .admission(
                                        AdmissionPolicy.standard().withReserve(0).withUserShare(1))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withLeak(Duration.ofMillis(300)))
                                .build());
    }

    @AfterEach
    void close() {
        db.close();
    }

    /** Its second call comes when its first is done; everything else goes on meanwhile. */
    @Test
    @Tag("SES-4")
    void aListenerThatTakesItsTimeHoldsUpNobody() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Queue<DatabaseEvent> told = new ConcurrentLinkedQueue<>();
        db.onEvent(
                event -> {
                    if (event instanceof DatabaseEvent.SessionReclaimed) {
                        told.add(event);
                        try {
                            assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
        try (Session one = db.open(SessionRequest.write("leaks"));
                Session two = db.open(SessionRequest.write("leaks"))) {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> db.snapshot().counters().get("leaks") == 2);
            assertThat(one.connection().isClosed() && two.connection().isClosed()).isTrue();
            assertThat(told).hasSize(1);
        }
        go.countDown();
        await().atMost(60, TimeUnit.SECONDS).until(() -> told.size() == 2);
    }

    @Test
    @Tag("OBS-1")
    void whatIsTooMuchIsCountedAndCloseTellsTheRest() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Queue<DatabaseEvent> told = new ConcurrentLinkedQueue<>();
        db.onEvent(
                event -> {
                    told.add(event);
                    try {
                        assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        int more = 100;
        for (int i = 0; i < EventHub.CAPACITY + more; i++) {
            assertThatThrownBy(
                            () -> db.open(SessionRequest.read("late").within(Duration.ofNanos(1))))
                    .isInstanceOf(DatabaseException.class);
        }
        assertThat(db.snapshot().counters().get("events_dropped"))
                .isBetween(more - 1L, (long) more);
        go.countDown();
        db.close();
        assertThat(told).hasSizeBetween(EventHub.CAPACITY, EventHub.CAPACITY + 1);
    }

    @Test
    @Tag("ERR-8")
    void aFailedBatchShowsNoValueToListeners() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        db.onEvent(event -> told.add(event.toString()));
        try (Connection connection = db.asDataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("INSERT INTO said VALUES (?)")) {
            for (int i = 0; i < 2; i++) {
                statement.setString(1, "said-as-a-value");
                statement.addBatch();
            }
            BatchUpdateException error =
                    catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
            assertThat(error.getMessage()).doesNotContain("said-as-a-value");
            assertThat(error.getSQLState()).isEqualTo("23505");
            assertThat(error.getUpdateCounts()).hasSize(2);
            assertThat((Throwable) error.getNextException()).isNotNull();
            assertThat(error.getNextException().getMessage()).doesNotContain("said-as-a-value");
        }
        await().until(() -> !told.isEmpty());
        assertThat(told).noneMatch(each -> each.contains("said-as-a-value"));
    }

    @Test
    @Tag("ERR-8")
    void anErrorAboutDataShowsNoValueToListenersNorInErrorStates() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        db.onEvent(event -> told.add(event.toString()));
        DatabaseException error =
                catchThrowableOfType(
                        DatabaseException.class,
                        () ->
                                db.inTransaction(
                                        SessionRequest.write("said"),
                                        session -> {
                                            try (PreparedStatement statement =
                                                    session.connection()
                                                            .prepareStatement(
                                                                    "SELECT CAST(? AS int)")) {
                                                statement.setString(1, "said-as-a-value");
                                                return statement.execute();
                                            }
                                        }));
        assertThat(error.getMessage()).contains("22P02").doesNotContain("said-as-a-value");
        assertThat(error.getCause()).isInstanceOf(SQLException.class);
        await().until(() -> !told.isEmpty());
        assertThat(told).noneMatch(each -> each.contains("said-as-a-value"));
        assertThat(db.errorStates().entries().toString()).doesNotContain("said-as-a-value");
    }
}
