package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;

/**
 * Work on the database failed; {@link #failure()} says what became of it. Where a rejection is the
 * reason, {@link SessionRejectedException#in} finds it with its time to wait.
 */
public class DatabaseException extends RuntimeException implements Classified {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public DatabaseException(String message, Failure failure, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    /** What it means: kind, outcome, whether the same work may be done again. */
    @Override
    public Failure failure() {
        return failure;
    }
}
