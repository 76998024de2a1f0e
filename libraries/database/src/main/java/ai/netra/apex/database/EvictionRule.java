package ai.netra.apex.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * What costs a connection. The pool takes every "not supported" (0A000) for a sign that the
 * connection is of no use any more, but the server says so of single statements, and the driver of
 * methods it does not have.
 */
final class EvictionRule implements SQLExceptionOverride {

    private static final String NOT_SUPPORTED = "0A000";

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException error) {
        return NOT_SUPPORTED.equals(error.getSQLState())
                ? SQLExceptionOverride.Override.DO_NOT_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
