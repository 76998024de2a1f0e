package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a COMMIT was lost, and the transaction was found rolled back, or its fate could not
 * be learnt (SQLSTATE {@code 08007}). In the latter case it must not be run again: {@link
 * #transactionId()} lets an operator ask {@code pg_xact_status} later.
 */
public final class CommitFailedException extends SQLException implements Classified {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final @Nullable String transactionId;

    CommitFailedException(
            String message,
            Failure failure,
            @Nullable String transactionId,
            @Nullable Throwable cause) {
        super(message, failure.sqlState(), cause);
        this.failure = failure;
        this.transactionId = transactionId;
    }

    @Override
    public Failure failure() {
        return failure;
    }

    /** The server's id of the transaction; null when it had none. */
    public @Nullable String transactionId() {
        return transactionId;
    }
}
