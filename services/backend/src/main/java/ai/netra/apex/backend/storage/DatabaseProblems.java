package ai.netra.apex.backend.storage;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.SessionRejectedException;
import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.ProblemMapping;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.TransactionException;

/** Says what a failing database means to the one who asked. */
public final class DatabaseProblems implements ProblemMapping {

    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final DatabaseProblems INSTANCE = new DatabaseProblems();

    /** Whether the database is busy or away, so that the same may well work later. */
    public static boolean passes(Throwable error) {
        return INSTANCE.map(error) != null;
    }

    @Override
    public @Nullable ApiException map(Throwable error) {
        SessionRejectedException rejected = SessionRejectedException.in(error).orElse(null);
        if (rejected != null) {
            return rejected(rejected);
        }
        return switch (error) {
            case DatabaseException e when e.failure().retryable() -> away();
            case CannotGetJdbcConnectionException _,
                    TransactionException _,
                    DataAccessResourceFailureException _,
                    TransientDataAccessException _ ->
                    away();
            default -> null;
        };
    }

    private static ApiException rejected(SessionRejectedException rejected) {
        return switch (rejected.reason()) {
            case USER_LIMIT ->
                    ApiException.retryAfter(
                            ErrorCode.RATE_LIMITED,
                            "You have too many requests under way. Try again in a moment.",
                            rejected.retryAfter());
            case DATABASE_DOWN, CLOSED, INTERRUPTED -> away();
            case QUEUE_FULL, WAIT_TOO_LONG, WAITED_TOO_LONG, DISPLACED ->
                    ApiException.retryAfter(
                            ErrorCode.OVERLOADED,
                            "The service is at its limit right now. Try again in a moment.",
                            rejected.retryAfter());
        };
    }

    private static ApiException away() {
        return ApiException.retryAfter(
                ErrorCode.UNAVAILABLE,
                "What you asked for is stored where we cannot reach it right now. Try again in a"
                        + " moment.",
                AWAY);
    }
}
