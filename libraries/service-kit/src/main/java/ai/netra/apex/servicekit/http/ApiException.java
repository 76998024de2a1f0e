package ai.netra.apex.servicekit.http;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error that is an answer: it becomes a problem document with the code's status. The detail is
 * read by a person: it says what happened and what to do, and holds no secret.
 */
public final class ApiException extends RuntimeException {

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;
    private final List<Problem.FieldError> errors;

    public ApiException(ErrorCode code, String detail) {
        this(code, detail, null, List.of(), null);
    }

    public ApiException(ErrorCode code, String detail, Throwable cause) {
        this(code, detail, null, List.of(), cause);
    }

    private ApiException(
            ErrorCode code,
            String detail,
            @Nullable Duration retryAfter,
            List<Problem.FieldError> errors,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.retryAfter = retryAfter;
        this.errors = List.copyOf(errors);
    }

    /** An error that may be over after {@code wait}; told as {@code Retry-After}. */
    public static ApiException retryAfter(ErrorCode code, String detail, Duration wait) {
        return new ApiException(code, detail, wait, List.of(), null);
    }

    /** One field at fault. */
    public static ApiException invalid(String field, String message) {
        return invalid(List.of(new Problem.FieldError(field, message)));
    }

    /** All fields at fault, told at once. */
    public static ApiException invalid(List<Problem.FieldError> errors) {
        String detail =
                errors.size() == 1
                        ? errors.getFirst().message()
                        : errors.size() + " fields are invalid: see errors.";
        return new ApiException(ErrorCode.VALIDATION_FAILED, detail, null, errors, null);
    }

    /** Nothing by that id which this person may see. */
    public static ApiException notFound(String what) {
        return new ApiException(ErrorCode.NOT_FOUND, what + " was not found.");
    }

    public ErrorCode code() {
        return code;
    }

    /** The problem document of this error. */
    public Problem toProblem(String correlationId) {
        Problem problem = Problem.of(code, String.valueOf(getMessage()), correlationId);
        if (!errors.isEmpty()) {
            problem = problem.withErrors(errors);
        }
        if (retryAfter != null) {
            // Rounded up: a client that comes back a moment early is refused again.
            problem = problem.retryAfter(retryAfter.plusMillis(999).toSeconds());
        }
        return problem;
    }
}
