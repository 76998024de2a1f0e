package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pool's size while the manager runs. */
@Tag("CFG-4")
class PoolSizeIT {

    private static DatabaseConfig.Builder config(EmbeddedPostgres server, PoolBounds bounds) {
        return TestServer.config("sized", server, "127.0.0.1:" + server.port()).pool(bounds);
    }

    private static void awaitSize(DatabaseManager db, int size) {
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> db.snapshot().poolSize() == size && connections(db) <= size);
    }

    /** What the pool itself has, used and idle. */
    private static int connections(DatabaseManager db) {
        return db.snapshot().inUse() + db.snapshot().idle();
    }

    @Test
    void itFollowsTheServersMaxConnectionsDownAndUpAndSaysWhy() {
        Queue<DatabaseEvent> events = new ConcurrentLinkedQueue<>();
        try (EmbeddedPostgres server = EmbeddedPostgres.startTemporary();
                DatabaseManager db =
                        DatabaseManager.start(config(server, PoolBounds.exactly(10)).build())) {
            db.onEvent(events::add);
            assertThat(db.snapshot().poolSize()).isEqualTo(10);

            server.execute("postgres", "ALTER SYSTEM SET max_connections = 15");
            server.restart();
            awaitSize(db, 7);
            assertThat(db.snapshot().sizing())
                    .contains(
                            "lowered to 7: max_connections 15 - 3 reserved - 5 for people,"
                                    + " shared by 1 replica")
                    .last()
                    .isEqualTo("pool size 7");

            server.execute("postgres", "ALTER SYSTEM RESET max_connections");
            server.restart();
            awaitSize(db, 10);
        }
        assertThat(events)
                .filteredOn(DatabaseEvent.PoolResized.class::isInstance)
                .extracting(event -> ((DatabaseEvent.PoolResized) event).after())
                .containsExactly(7, 10);
    }

    @Test
    void replicasShareTheServerAsTheyComeAndGo() {
        try (EmbeddedPostgres server =
                EmbeddedPostgres.builder().setting("max_connections", "38").start()) {
            DatabaseConfig config = config(server, PoolBounds.exactly(20)).build();
            try (DatabaseManager first = DatabaseManager.start(config)) {
                assertThat(first.snapshot().poolSize()).isEqualTo(20);
                try (DatabaseManager second = DatabaseManager.start(config);
                        DatabaseManager third = DatabaseManager.start(config)) {
                    for (DatabaseManager each : List.of(first, second, third)) {
                        awaitSize(each, 10);
                        assertThat(each.snapshot().sizing())
                                .anyMatch(reason -> reason.endsWith("shared by 3 replicas"));
                    }
                }
                awaitSize(first, 20);
            }
        }
    }

    @Test
    void aServerThatWasAwayAtStartIsMeasuredWhenItComes() throws Exception {
        try (EmbeddedPostgres server =
                EmbeddedPostgres.builder().setting("max_connections", "14").start()) {
            server.stop();
            try (DatabaseManager db =
                    DatabaseManager.start(config(server, PoolBounds.exactly(10)).build())) {
                assertThat(db.snapshot().sizing())
                        .contains("the server's max_connections is not known yet");
                server.start();
                awaitSize(db, 6);
            }
        }
    }

    @Test
    void aConnectionThatWasBeingOpenedWhileThePoolShrankDoesNotStay() throws Exception {
        // Counts from the start's own connections on; the third of those after them is held up.
        var opened = new AtomicInteger(Integer.MIN_VALUE);
        var opening = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        CredentialsSource credentials =
                () -> {
                    if (Thread.currentThread().getName().startsWith("database-pool-")
                            && opened.incrementAndGet() == 3) {
                        opening.countDown();
                        awaitUninterruptibly(goOn);
                    }
                    return new Credentials(
                            TestServer.SERVER.superuser(),
                            TestServer.SERVER.password().toCharArray());
                };
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("shrinking")
                                .credentials(credentials)
                                .pool(PoolBounds.exactly(3))
                                .build())) {
            opened.set(0);
            db.refreshConnections();
            opening.await();
            db.resize(PoolBounds.exactly(2));
            await().until(() -> db.poolMaximum() == 2);
            long before = connectionsOpened(db);
            goOn.countDown();
            await().atMost(60, TimeUnit.SECONDS).until(() -> connectionsOpened(db) > before);
            awaitSize(db, 2);
        }
    }

    private static long connectionsOpened(DatabaseManager db) {
        return db.snapshot().counters().getOrDefault("connections_opened", 0L);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @Tag("SES-3")
    void whileItChangesUnderLoadPermitsNeverExceedThePoolAndNobodyFails() throws Exception {
        long end =
                System.nanoTime()
                        + Duration.ofSeconds(Long.getLong("apex.stress.seconds", 3)).toNanos();
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("changing")
                                .pool(PoolBounds.exactly(12))
                                .cleanup(CleanupCheck.SUSPECTED)
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withQueueWait(Duration.ofMinutes(1)))
                                .admission(AdmissionPolicy.standard().withWaiters(1000, 1000))
                                .build())) {
            AtomicLong done = new AtomicLong();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String user = "u" + i % 9;
                threads.add(Thread.ofVirtual().start(() -> borrow(db, user, end, done, failures)));
            }
            AtomicBoolean over = new AtomicBoolean();
            Thread checker = Thread.ofPlatform().start(() -> check(db, over, failures));
            while (System.nanoTime() < end) {
                db.resize(PoolBounds.exactly(ThreadLocalRandom.current().nextInt(2, 13)));
                long before = done.get();
                await().pollInterval(Duration.ofMillis(1))
                        .atMost(60, TimeUnit.SECONDS)
                        .until(() -> done.get() > before + 50 || System.nanoTime() > end);
            }
            for (Thread each : threads) {
                each.join();
            }
            over.set(true);
            checker.join();
            assertThat(failures).isEmpty();
            assertThat(db.unaccountedSessions()).isZero();
            db.resize(PoolBounds.exactly(3));
            awaitSize(db, 3);
            assertThat(serverSessions("changing")).isLessThanOrEqualTo(3);
        }
    }

    private static void borrow(
            DatabaseManager db, String user, long end, AtomicLong done, Queue<Throwable> failures) {
        SessionRequest request = SessionRequest.read("borrow").user(user);
        while (System.nanoTime() < end) {
            try (Connection connection = db.asDataSource(request).getConnection()) {
                text(connection, "SELECT 1");
                done.incrementAndGet();
            } catch (SQLException e) {
                failures.add(e);
            }
        }
    }

    /** The pool is asked before and after the gate: it may have changed in between. */
    private static void check(DatabaseManager db, AtomicBoolean over, Queue<Throwable> failures) {
        while (!over.get()) {
            int before = db.poolMaximum();
            DatabaseSnapshot now = db.snapshot();
            int most = Math.max(before, db.poolMaximum());
            if (now.inUse() > most || now.poolSize() > most) {
                failures.add(new AssertionError(now + " on a pool of " + most));
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static int serverSessions(String name) throws SQLException {
        try (Connection raw = TestServer.raw()) {
            return Integer.parseInt(
                    text(
                            raw,
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
                                    + name
                                    + "'"));
        }
    }

    @Test
    void boundsThatMakeNoSenseAreRefusedAndTheOldOnesStay() {
        try (DatabaseManager db =
                DatabaseManager.start(
                        TestServer.config("refused").pool(PoolBounds.exactly(4)).build())) {
            assertThatThrownBy(() -> db.resize(new PoolBounds(5, 3, 0)))
                    .isInstanceOf(InvalidDatabaseConfigException.class)
                    .hasMessageContaining("pool");
            assertThat(db.snapshot().poolSize()).isEqualTo(4);
        }
    }
}
