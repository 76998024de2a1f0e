package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import java.io.Serial;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An error of the driver whose meaning follows from the session it happened in, and would be
 * mistaken elsewhere: a statement in doubt inside another session's transaction looks like a part
 * of that one. Text, SQLSTATE, code and further errors are the driver's.
 */
final class UnderstoodException extends SQLException implements Classified {

    @Serial private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    UnderstoodException(String message, Failure failure, int code, @Nullable SQLException cause) {
        super(message, failure.sqlState(), code, cause);
        this.failure = failure;
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

    @Override
    public Failure failure() {
        return failure;
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
                    error);
            this.failure = failure;
        }

        @Override
        public Failure failure() {
            return failure;
        }
    }
}
