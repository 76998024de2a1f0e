package ai.netra.apex.auth.password;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import ai.netra.apex.servicekit.http.ProblemMapping;
import org.jspecify.annotations.Nullable;

/** Saturated hashing is said as what it is: 503, and when to come back. */
public final class HashingProblems implements ProblemMapping {

    @Override
    public @Nullable ApiException map(Throwable error) {
        return error instanceof HashingSaturatedException saturated
                ? ApiException.retryAfter(
                        ErrorCode.OVERLOADED,
                        "Too many people are signing in at this moment. Try again shortly.",
                        saturated.retryAfter())
                : null;
    }
}
