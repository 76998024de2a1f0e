package ai.netra.apex.database;

import ai.netra.apex.resilience.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server has crashed, and may have given transaction numbers again: they are in the log
 * only with the first record of their transaction, and what was not flushed is gone.
 *
 * <p>A server throws its statistics away when it recovers from a crash, and keeps them over a
 * shutdown. So the time since when it counts names a life of it: while that is the same, no number
 * means two transactions.
 *
 * <p>A recovery ends with a checkpoint. One that ends a recovery, or a shutdown, stands at its own
 * redo point, which none taken during work does, and behind whatever of the log was safe before: so
 * a person who resets the statistics is not taken for a crash. Numbers from its next one on are
 * new; those below it are of transactions whose records were recovered.
 */
final class Incarnation {

    /**
     * A life of the server.
     *
     * @param since since when it counts what it does, in microseconds
     * @param flushed up to where its log was safe when it was asked, as {@code pg_lsn}; null on a
     *     standby
     */
    record Life(long since, @Nullable String flushed) {}

    /** An expression: since when it counts, in microseconds; every role may ask. */
    static final String SINCE =
            "(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()) * 1000000)::bigint";

    /** An expression: up to where the log is safe; every role may ask. */
    static final String FLUSHED =
            "CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END";

    private static final String CHECKPOINT =
            """
            SELECT redo_lsn = checkpoint_lsn,
                   split_part(next_xid, ':', 1)::bigint << 32 | split_part(next_xid, ':', 2)::bigint,
                   checkpoint_lsn < ?::pg_lsn
            FROM pg_control_checkpoint()
            """;

    private static final String NOT_ALLOWED = "42501";

    private Incarnation() {}

    /**
     * What became of our transaction when the server says that one of its number committed.
     *
     * @param asker the session in which it said so: both answers are of one life
     * @param before the server's life as known before ours began; null when unknown
     */
    static Outcome outcomeOfCommitted(Connection asker, long transaction, @Nullable Life before)
            throws SQLException {
        if (before == null) {
            return Outcome.IN_DOUBT;
        }
        try (Statement statement = asker.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT " + SINCE)) {
                row.next();
                if (row.getLong(1) == before.since()) {
                    return Outcome.COMMITTED;
                }
            }
        } catch (SQLException e) {
            return unlessNotAllowed(e);
        }
        try (PreparedStatement statement = asker.prepareStatement(CHECKPOINT)) {
            statement.setString(1, before.flushed());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getBoolean(3)) {
                    // A recovery would have ended with one behind what was safe by then: the
                    // statistics were reset by hand.
                    return Outcome.COMMITTED;
                }
                boolean beginsLife = row.getBoolean(1);
                if (!beginsLife) {
                    // Taken during work: numbers below it may have been given again before it.
                    return Outcome.IN_DOUBT;
                }
                return transaction < row.getLong(2) ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
            }
        } catch (SQLException e) {
            return unlessNotAllowed(e);
        }
    }

    private static Outcome unlessNotAllowed(SQLException error) throws SQLException {
        if (NOT_ALLOWED.equals(error.getSQLState())) {
            return Outcome.IN_DOUBT;
        }
        throw error;
    }
}
