package ai.netra.apex.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one shape of an error, an RFC 9457 problem document ({@code application/problem+json}).
 *
 * @param type a stable URI of the code, {@code urn:apex:problem:<code>}
 * @param title one short sentence, the same for every occurrence of the code
 * @param status the HTTP status
 * @param detail what happened this time and what to do; never a stack trace, never a secret
 * @param code the code of {@link ErrorCode#code()}
 * @param correlationId finds the request in logs and traces
 * @param retryable whether the same request may succeed later
 * @param retryAfterSeconds when to try again, at least 1; null when nothing sensible can be said
 * @param errors the fields at fault; null when the problem is not about fields
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        String correlationId,
        boolean retryable,
        @Nullable Integer retryAfterSeconds,
        @Nullable List<FieldError> errors) {

    /** The media type of a problem document. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = errors == null ? null : List.copyOf(errors);
    }

    /** One field at fault: a JSON pointer-like path and a sentence about it. */
    public record FieldError(String field, String message) {}

    /** A problem of {@code code}; {@code detail} says what happened and what to do. */
    public static Problem of(ErrorCode code, String detail, String correlationId) {
        return new Problem(
                "urn:apex:problem:" + code.code(),
                code.title(),
                code.status(),
                detail,
                code.code(),
                correlationId,
                code.retryable(),
                null,
                null);
    }

    /** The same problem with a time to wait, in whole seconds, at least 1. */
    public Problem retryAfter(long seconds) {
        int bounded = Math.clamp(seconds, 1, 86_400);
        return new Problem(type, title, status, detail, code, correlationId, true, bounded, errors);
    }

    /** The same problem naming the fields at fault. */
    public Problem withErrors(List<FieldError> fields) {
        return new Problem(
                type,
                title,
                status,
                detail,
                code,
                correlationId,
                retryable,
                retryAfterSeconds,
                fields);
    }
}
