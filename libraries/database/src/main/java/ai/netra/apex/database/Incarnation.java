package ai.netra.apex.database;

import ai.netra.apex.resilience.Outcome;
import java.sql.Connection;
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
 * redo point, which none taken during work does. Numbers from its next one on are new; those below
 * it are of transactions whose records were recovered.
 */
final class Incarnation {

    /** An expression: the server's life, in microseconds; every role may ask. */
    static final String LIFE =
            "(extract(epoch FROM pg_stat_get_bgwriter_stat_reset_time()) * 1000000)::bigint";

    private static final String CHECKPOINT =
            """
            SELECT redo_lsn = checkpoint_lsn,
                   split_part(next_xid, ':', 1)::bigint << 32 | split_part(next_xid, ':', 2)::bigint
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
    static Outcome outcomeOfCommitted(Connection asker, long transaction, @Nullable Long before)
            throws SQLException {
        if (before == null) {
            return Outcome.IN_DOUBT;
        }
        try (Statement statement = asker.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT " + LIFE)) {
                row.next();
                if (row.getLong(1) == before) {
                    return Outcome.COMMITTED;
                }
            }
            try (ResultSet row = statement.executeQuery(CHECKPOINT)) {
                row.next();
                boolean beginsLife = row.getBoolean(1);
                if (!beginsLife) {
                    // Taken during work: numbers below it may have been given again before it.
                    return Outcome.IN_DOUBT;
                }
                return transaction < row.getLong(2) ? Outcome.COMMITTED : Outcome.ROLLED_BACK;
            }
        } catch (SQLException e) {
            if (NOT_ALLOWED.equals(e.getSQLState())) {
                return Outcome.IN_DOUBT;
            }
            throw e;
        }
    }
}
