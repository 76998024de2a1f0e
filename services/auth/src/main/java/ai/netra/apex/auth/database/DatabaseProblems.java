package ai.netra.apex.auth.database;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.SessionRejectedException;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.ProblemMapping;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A database that is away or full is said as what it is: 503, and when to come back. */
public final class DatabaseProblems implements ProblemMapping {

    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Set<FailureKind> PASSING =
            EnumSet.of(
                    FailureKind.CONNECTION,
                    FailureKind.TIMEOUT,
                    FailureKind.RESOURCE,
                    FailureKind.FAILOVER,
                    FailureKind.CONFLICT);

    @Override
    public @Nullable ApiException map(Throwable error) {
        if (!(error instanceof DatabaseException failed)
                || !PASSING.contains(failed.failure().kind())) {
            return null;
        }
        Duration wait =
                SessionRejectedException.in(error)
                        .map(SessionRejectedException::retryAfter)
                        .orElse(PAUSE);
        return ApiException.retryAfter(
                ErrorCode.UNAVAILABLE,
                "The database of accounts cannot be used right now. Try again shortly.",
                wait);
    }
}
