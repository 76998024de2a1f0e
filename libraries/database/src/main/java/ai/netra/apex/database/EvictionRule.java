package ai.netra.apex.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/**
 * What costs a connection. The pool takes every "not supported" (0A000) for a sign that the
 * connection is of no use any more, but the server says so of single statements, and the driver of
 * methods it does not have. It takes every connection exception (08) for one of this connection,
 * but a server that can still say so means one of its own, such as that of {@code dblink}. Where it
 * ends ours with its word, the driver notices, and the loan's return does.
 */
final class EvictionRule implements SQLExceptionOverride {

    private static final String NOT_SUPPORTED = "0A000";
    private static final String CONNECTION_EXCEPTIONS = "08";

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        boolean harmless =
                state.equals(NOT_SUPPORTED)
                        || (state.startsWith(CONNECTION_EXCEPTIONS) && saidByServer(error));
        return harmless
                ? SQLExceptionOverride.Override.DO_NOT_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }

    /** Whether the server said so, and not the driver. */
    static boolean saidByServer(SQLException error) {
        return error instanceof PSQLException said && said.getServerErrorMessage() != null;
    }
}
