package ai.netra.apex.database;

import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Phase;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tests a pool as it will be used: every connection at once, each working while all others are
 * open. One ping proves one connection; limits of the server, of a proxy or of the role show only
 * here.
 */
final class PoolTest {

    /**
     * What came of it.
     *
     * @param working connections that worked at the same time
     * @param wanted how many should have
     * @param took until the last had answered
     * @param failure the first failure; null without any
     */
    record Result(int working, int wanted, Duration took, @Nullable SQLException failure) {

        boolean passed() {
            return working == wanted;
        }

        /** The error for those who require all of it. */
        DatabaseUnavailableException unavailable(String database) {
            SQLException reason = failure == null ? new SQLException(toString()) : failure;
            return new DatabaseUnavailableException(
                    "database '" + database + "': only " + this,
                    FailureClassifier.classify(reason, Phase.ACQUIRING),
                    reason);
        }

        @Override
        public String toString() {
            return working
                    + " of "
                    + wanted
                    + " connections worked at once, in "
                    + took.toMillis()
                    + " ms";
        }
    }

    private PoolTest() {}

    static Result run(HikariDataSource pool, int size, Duration limit) {
        long begin = System.nanoTime();
        CountDownLatch allOpen = new CountDownLatch(size);
        AtomicInteger working = new AtomicInteger();
        AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            threads.add(
                    Thread.ofVirtual().start(() -> one(pool, allOpen, limit, working, failure)));
        }
        for (Thread each : threads) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return new Result(working.get(), size, took, failure.get());
    }

    private static void one(
            HikariDataSource pool,
            CountDownLatch allOpen,
            Duration limit,
            AtomicInteger working,
            AtomicReference<@Nullable SQLException> failure) {
        boolean open = false;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            open = true;
            allOpen.countDown();
            boolean all = allOpen.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            try (ResultSet row = statement.executeQuery("SELECT 1")) {
                if (row.next() && all) {
                    working.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            failure.compareAndSet(null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!open) {
                // The others need not wait for one that will not come; the result tells.
                allOpen.countDown();
            }
        }
    }
}
