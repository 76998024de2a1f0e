package ai.netra.apex.database;

import static ai.netra.apex.database.DatabaseManagerIT.count;
import static ai.netra.apex.database.DatabaseManagerIT.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.TcpProxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promises that are not kept yet, and whose keeping costs something. */
class OpenQuestionsIT {

    private DatabaseManager db;

    @BeforeEach
    void start() {
        TestServer.execute(
                "DROP TABLE IF EXISTS misused", "CREATE TABLE misused (id text PRIMARY KEY)");
        db =
                DatabaseManager.start(
                        TestServer.config("open")
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

    private static long rows() throws SQLException {
        try (Connection raw = TestServer.raw()) {
            return count(raw, "misused");
        }
    }

    @Test
    @Tag("SES-6")
    void aSessionToReadWritesNothing() throws Exception {
        try (Session session = db.open(SessionRequest.read("report"))) {
            assertThatThrownBy(() -> update(session.connection(), "INSERT INTO misused VALUES (1)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(rows()).isZero();
    }

    @Test
    @Tag("ERR-8")
    void aFailedBatchShowsNoValueToListeners() throws Exception {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        db.onEvent(event -> told.add(event.toString()));
        try (Connection connection = db.asDataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("INSERT INTO misused VALUES (?)")) {
            for (int i = 0; i < 2; i++) {
                statement.setString(1, "said-as-a-value");
                statement.addBatch();
            }
            assertThatThrownBy(statement::executeBatch)
                    .isInstanceOf(SQLException.class)
                    .hasMessageNotContaining("said-as-a-value");
        }
        assertThat(told).isNotEmpty().noneMatch(each -> each.contains("said-as-a-value"));
    }

    /** The second leak is only seen when the listener of the first has returned. */
    @Test
    @Tag("SES-4")
    void aListenerThatTakesItsTimeHoldsUpNobody() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        AtomicBoolean together = new AtomicBoolean(true);
        db.onEvent(
                event -> {
                    if (event instanceof DatabaseEvent.SessionReclaimed) {
                        both.countDown();
                        try {
                            together.compareAndSet(true, both.await(3, TimeUnit.SECONDS));
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
        try (Session one = db.open(SessionRequest.write("leaks"));
                Session two = db.open(SessionRequest.write("leaks"))) {
            assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(one.connection().isClosed() && two.connection().isClosed()).isTrue();
        }
        assertThat(together).isTrue();
    }

    @Test
    @Tag("SES-2")
    void aRequestDoesNotWaitForAConnectionBeyondItsDeadline() throws Exception {
        Duration connect = Duration.ofSeconds(10);
        try (TcpProxy proxy = TcpProxy.to(TestServer.SERVER.port());
                DatabaseManager behind =
                        DatabaseManager.start(
                                TestServer.config(
                                                "behind",
                                                TestServer.SERVER,
                                                "127.0.0.1:" + proxy.port())
                                        .pool(PoolBounds.exactly(2))
                                        .limits(TimeLimits.forTier(Tier.TEST).withConnect(connect))
                                        .build())) {
            long idleSince = System.nanoTime();
            await().until(() -> System.nanoTime() - idleSince > 600_000_000);
            proxy.blackHole();
            long begin = System.nanoTime();
            assertThatThrownBy(
                            () ->
                                    behind.open(
                                            SessionRequest.read("short")
                                                    .within(Duration.ofMillis(300))))
                    .isInstanceOf(DatabaseException.class);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            proxy.pass();
            assertThat(took).isLessThan(connect.dividedBy(2));
        }
    }
}
