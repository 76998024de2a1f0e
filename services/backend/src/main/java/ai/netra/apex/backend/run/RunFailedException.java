package ai.netra.apex.backend.run;

import ai.netra.apex.contracts.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A run ended without an answer; becomes the {@code run_failed} event's problem document. */
public final class RunFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable Duration retryAfter;

    /**
     * @param code the kind of failure
     * @param detail for the person: what failed and what to do; no secrets, no stack traces
     * @param retryAfter when trying again makes sense, or null when unknown
     * @param cause for the log, or null
     */
    public RunFailedException(
            ErrorCode code,
            String detail,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    public ErrorCode code() {
        return code;
    }

    /** What failed and what to do, for the person. */
    public String detail() {
        String message = getMessage();
        return message == null ? code.title() : message;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
