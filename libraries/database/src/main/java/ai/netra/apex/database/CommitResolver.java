package ai.netra.apex.database;

import ai.netra.apex.resilience.Outcome;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a transaction whose COMMIT was sent and whose answer was lost: asks
 * {@code pg_xact_status} on another connection until it says committed or aborted.
 *
 * <p>While the old server process still holds the transaction, and would hold it for long when the
 * network swallowed the connection's end, it is terminated, exactly it: by process <em>and</em>
 * transaction id.
 *
 * <p>After a crash the server may give a transaction's number again: numbers are in the log only
 * with the first record of their transaction, and what was not flushed is gone. So "committed" is
 * believed only of a transaction that {@link Incarnation} shows to be ours.
 *
 * <p>After a failover nothing is concluded. The new primary may never have heard of the
 * transaction, and may have given its number to another one: the answer would be about a stranger.
 *
 * <p>Thread-safe. At most a few ask at once, so that an outage is not answered with a storm.
 */
final class CommitResolver {

    private static final int AT_ONCE = 4;
    private static final Duration ATTEMPT = Duration.ofSeconds(2);
    private static final long PAUSE = Duration.ofMillis(50).toNanos();
    private static final String LOST = "lost";

    /** What {@code pg_xact_status} fails with for a number that was not given yet. */
    private static final String IN_THE_FUTURE = "22023";

    private static final int POLLS_BEFORE_TERMINATING = 4;

    private final Routes routes;
    private final Duration limit;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    CommitResolver(Routes routes, Duration limit) {
        this.routes = routes;
        this.limit = limit;
    }

    /**
     * What became of {@code transactionId}; {@link Outcome#IN_DOUBT} when it cannot be learnt.
     *
     * @param lifeBefore the server's life as known before the transaction began
     */
    Outcome resolve(
            Physical lost, @Nullable String transactionId, Incarnation.@Nullable Life lifeBefore) {
        if (transactionId == null) {
            return Outcome.IN_DOUBT;
        }
        long end = System.nanoTime() + limit.toNanos();
        boolean turn = false;
        // An interrupt is often why the answer was lost. It waits; what became of the commit does
        // not.
        boolean interrupted = Thread.interrupted();
        while (!turn && System.nanoTime() < end) {
            try {
                turn = turns.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        try {
            while (turn && System.nanoTime() < end) {
                try (PhysicalConnection asker = routes.open(Route.Role.PRIMARY, ATTEMPT)) {
                    if (lost.epoch() != null && !lost.epoch().equals(asker.epoch())) {
                        return Outcome.IN_DOUBT;
                    }
                    // What the server cannot say now it will not say later either.
                    return ask(asker, lost, transactionId, lifeBefore, end);
                } catch (SQLException e) {
                    LockSupport.parkNanos(PAUSE);
                    interrupted |= Thread.interrupted();
                }
            }
            return Outcome.IN_DOUBT;
        } finally {
            if (turn) {
                turns.release();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Outcome ask(
            PhysicalConnection asker,
            Physical lost,
            String transactionId,
            Incarnation.@Nullable Life lifeBefore,
            long end)
            throws SQLException {
        for (int polls = 0; System.nanoTime() < end; polls++) {
            String status = status(asker, transactionId);
            if (status == null) {
                return Outcome.IN_DOUBT;
            }
            switch (status) {
                case "committed" -> {
                    // Of the same session, so of the same life of the server.
                    return Incarnation.outcomeOfCommitted(
                            asker, Long.parseLong(transactionId), lifeBefore);
                }
                case "aborted", LOST -> {
                    return Outcome.ROLLED_BACK;
                }
                default -> {
                    if (polls == POLLS_BEFORE_TERMINATING) {
                        terminate(asker, lost.backendPid(), transactionId);
                    }
                    LockSupport.parkNanos(PAUSE);
                }
            }
        }
        return Outcome.IN_DOUBT;
    }

    private static @Nullable String status(PhysicalConnection asker, String transactionId)
            throws SQLException {
        try (PreparedStatement question =
                asker.prepareStatement("SELECT pg_xact_status(?::xid8)")) {
            question.setString(1, transactionId);
            try (ResultSet row = question.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        } catch (SQLException e) {
            if (IN_THE_FUTURE.equals(e.getSQLState())) {
                // It gave us this number, and does not know it any more: lost in a crash.
                return LOST;
            }
            throw e;
        }
    }

    private static void terminate(PhysicalConnection asker, int pid, String transactionId)
            throws SQLException {
        try (PreparedStatement order =
                asker.prepareStatement(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE pid = ? AND backend_xid = (?::xid8)::xid")) {
            order.setInt(1, pid);
            order.setString(2, transactionId);
            order.execute();
        }
    }
}
