package ai.netra.apex.database;

import ai.netra.apex.resilience.SqlState;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What may be said of an error where it is kept or sent on: nothing that shows a value. The
 * server's detail names the key that exists already, a batch's text is its statement with all
 * values, and errors about data quote them.
 */
final class ErrorText {

    private static final int MAX_DEPTH = 32;

    private ErrorText() {}

    static String of(SQLException error) {
        SQLException own = error;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            SQLException next = behind(own);
            if (next == null) {
                break;
            }
            own = next;
        }
        String state = own.getSQLState();
        if (own instanceof BatchUpdateException
                || (state != null && (state.startsWith("22") || state.startsWith("P0")))) {
            return state == null ? "unknown" : SqlState.of(state).condition() + " (" + state + ")";
        }
        ServerErrorMessage said =
                own instanceof PSQLException server ? server.getServerErrorMessage() : null;
        return said == null
                ? String.valueOf(own.getMessage())
                : said.getSeverity() + ": " + said.getMessage();
    }

    /** The error that one which only carries it on is about. */
    private static @Nullable SQLException behind(SQLException error) {
        if (error instanceof BatchUpdateException && error.getNextException() != null) {
            return error.getNextException();
        }
        boolean carries =
                error instanceof UnderstoodException
                        || error instanceof UnderstoodException.OfBatch;
        return carries && error.getCause() instanceof SQLException cause ? cause : null;
    }
}
