package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import java.io.Serial;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * An error of the driver whose meaning follows from the session it happened in, and would be
 * mistaken elsewhere: a statement in doubt inside another session's transaction looks like a part
 * of that one. Text, SQLSTATE, code, cause and further errors are the driver's; its own error is
 * the first suppressed one.
 */
final class UnderstoodException extends SQLException implements Classified {

    @Serial private static final long serialVersionUID = 1L;

    /** A write where only reading is allowed. */
    static final String READ_ONLY = "25006";

    private final transient Failure failure;
    private final transient SQLException drivers;

    private UnderstoodException(String message, Failure failure, int code, SQLException cause) {
        super(message, failure.sqlState(), code, cause.getCause());
        addSuppressed(cause);
        this.failure = failure;
        this.drivers = cause;
    }

    /** The same error with its meaning. */
    static SQLException of(SQLException error, Failure failure) {
        SQLException understood =
                error instanceof BatchUpdateException batch
                        ? new OfBatch(batch, failure)
                        : new UnderstoodException(
                                String.valueOf(error.getMessage()),
                                failure,
                                error.getErrorCode(),
                                error);
        if (error.getNextException() != null) {
            understood.setNextException(error.getNextException());
        }
        return understood;
    }

    /** A program's mistake: not the sign of a failover that the same error is elsewhere. */
    static SQLException mayNotWrite(SQLException error) {
        return of(
                error,
                Failure.of(
                        FailureKind.PERMISSION,
                        Outcome.ROLLED_BACK,
                        false,
                        READ_ONLY,
                        "write_in_session_to_read"));
    }

    /**
     * Whether an error of a call came out of what was called, which may have committed before, and
     * not from the call itself. A lost connection or a cancellation does not say.
     */
    static boolean ranInside(SQLException error) {
        SQLException own =
                error instanceof BatchUpdateException && error.getNextException() != null
                        ? error.getNextException()
                        : error;
        String state = own.getSQLState();
        if (state == null || state.startsWith("08") || state.startsWith("57")) {
            return true;
        }
        ServerErrorMessage said =
                own instanceof PSQLException server ? server.getServerErrorMessage() : null;
        return said != null && said.getWhere() != null;
    }

    @Override
    public Failure failure() {
        return failure;
    }

    /** The error as it came from the driver. */
    SQLException drivers() {
        return drivers;
    }

    /** The same of a batch, with its counts. */
    static final class OfBatch extends BatchUpdateException implements Classified {

        @Serial private static final long serialVersionUID = 1L;

        private final transient Failure failure;

        private OfBatch(BatchUpdateException error, Failure failure) {
            super(
                    error.getMessage(),
                    error.getSQLState(),
                    error.getErrorCode(),
                    error.getLargeUpdateCounts(),
                    error.getCause());
            addSuppressed(error);
            this.failure = failure;
        }

        @Override
        public Failure failure() {
            return failure;
        }
    }
}
