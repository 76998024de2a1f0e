package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is forgotten comes back; what only takes long is left alone. {@code
 * -Dapex.reclaim.operations=10000} is the full proof of the latter.
 */
@Tag("SES-4")
class ReclaimIT {

    private static final Duration THRESHOLD = Duration.ofMillis(200);
    private static final int POOL = 16;

    private static DatabaseManager start(String name) {
        return DatabaseManager.start(
                TestServer.config(name)
                        .pool(PoolBounds.exactly(POOL))
                        .cleanup(CleanupCheck.SUSPECTED)
                        .admission(AdmissionPolicy.standard().withReserve(0))
                        .limits(
                                TimeLimits.forTier(Tier.TEST)
                                        .withLeak(THRESHOLD)
                                        .withQueueWait(Duration.ofMinutes(1)))
                        .build());
    }

    @Test
    @Tag("STA-5")
    void leaksOfTenTimesThePoolAllComeBackAndEachSlotOnce() throws Exception {
        try (DatabaseManager db = start("forgotten")) {
            List<Connection> forgotten = new ArrayList<>();
            for (int i = 0; i < POOL * 10; i++) {
                Connection connection = db.asDataSource().getConnection();
                if (i % 2 == 0) {
                    connection.setAutoCommit(false);
                    text(connection, "SELECT pg_current_xact_id()::text");
                }
                forgotten.add(connection);
            }
            await().atMost(60, TimeUnit.SECONDS).until(() -> db.snapshot().inUse() == 0);
            assertThat(db.snapshot().counters())
                    .containsEntry("leaks", (long) forgotten.size())
                    .containsEntry("sessions_reclaimed", (long) forgotten.size())
                    .containsEntry("sessions_released", 0L);
            for (Connection each : forgotten) {
                assertThatThrownBy(each::createStatement).isInstanceOf(SessionEndedException.class);
                each.close();
            }
            assertThat(db.unaccountedSessions()).isZero();
            allOfThePoolWorks(db);
        }
    }

    private static void allOfThePoolWorks(DatabaseManager db) throws SQLException {
        List<Connection> all = new ArrayList<>();
        // Opening them anew may take longer than the threshold.
        SessionRequest patient = SessionRequest.read("all").idleAllowance(Duration.ofMinutes(1));
        for (int i = 0; i < POOL; i++) {
            all.add(db.asDataSource(patient).getConnection());
        }
        for (Connection each : all) {
            assertThat(text(each, "SELECT 1")).isEqualTo("1");
            each.close();
        }
    }

    @Test
    void longLegitimateWorkIsNeverTakenAway() throws Exception {
        int operations = Integer.getInteger("apex.reclaim.operations", 200);
        AtomicInteger left = new AtomicInteger(operations);
        AtomicInteger done = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (DatabaseManager db = start("patient")) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < POOL; t++) {
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            while (left.getAndDecrement() > 0) {
                                                new LongWork(db, failures).run(left.get() % 4);
                                                done.incrementAndGet();
                                            }
                                        }));
            }
            for (Thread each : threads) {
                each.join();
            }
            assertThat(failures).isEmpty();
            assertThat(done).hasValue(operations);
            assertThat(db.unaccountedSessions()).isZero();
        }
    }

    /**
     * Work that is out for longer than the threshold and never idle for as long. On a machine so
     * busy that a pause became longer, losing the session is right, and nothing is concluded.
     */
    private record LongWork(DatabaseManager db, Queue<Throwable> failures) {

        void run(int kind) {
            Pauses pauses = new Pauses();
            Duration allowance = kind == 0 ? THRESHOLD.multipliedBy(100) : THRESHOLD;
            try (Session session = db.open(SessionRequest.write("long").idleAllowance(allowance))) {
                Connection connection = session.connection();
                pauses.mark();
                switch (kind) {
                    case 0 -> declared(connection);
                    case 1 -> oneStatement(connection);
                    case 2 -> manyStatements(connection, pauses);
                    default -> slowReading(connection, pauses);
                }
                text(connection, "SELECT 1");
            } catch (SQLException | RuntimeException e) {
                if (kind == 0 || pauses.longest() < THRESHOLD.toNanos()) {
                    failures.add(e);
                }
            }
        }

        private static void declared(Connection connection) throws SQLException {
            text(connection, "SELECT 1");
            LockSupport.parkNanos(THRESHOLD.multipliedBy(2).toNanos());
        }

        private static void oneStatement(Connection connection) throws SQLException {
            text(connection, "SELECT pg_sleep(0.35)");
        }

        private static void manyStatements(Connection connection, Pauses pauses)
                throws SQLException {
            connection.setAutoCommit(false);
            for (int i = 0; i < 6; i++) {
                pauses.take();
                text(connection, "SELECT pg_current_xact_id()::text");
                pauses.mark();
                if (i % 3 == 2) {
                    connection.commit();
                    pauses.mark();
                }
            }
        }

        private static void slowReading(Connection connection, Pauses pauses) throws SQLException {
            connection.setAutoCommit(false);
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT generate_series(1, 60)")) {
                statement.setFetchSize(10);
                try (ResultSet rows = statement.executeQuery()) {
                    pauses.mark();
                    for (int i = 1; rows.next(); i++) {
                        pauses.mark();
                        if (i % 10 == 0) {
                            pauses.take();
                        }
                    }
                }
            }
            connection.commit();
            pauses.mark();
        }
    }

    /** How long the borrower did nothing, as it saw that itself. */
    private static final class Pauses {
        private long since;
        private long longest;

        void take() {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(20_000_000, 120_000_000));
            note();
        }

        /** A call has just ended. */
        void mark() {
            note();
            since = System.nanoTime();
        }

        private void note() {
            if (since != 0) {
                longest = Math.max(longest, System.nanoTime() - since);
            }
        }

        long longest() {
            note();
            return longest;
        }
    }
}
