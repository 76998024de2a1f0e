package ai.netra.apex.contracts;

import java.util.Locale;

/**
 * The closed set of error codes a client can meet, each with its HTTP status and whether the same
 * request may succeed later. A problem document (RFC 9457) carries {@link #code()} in its {@code
 * code} member.
 */
public enum ErrorCode {
    MALFORMED_REQUEST(400, false, "The request could not be read"),
    VALIDATION_FAILED(422, false, "The request has invalid fields"),
    UNAUTHENTICATED(401, false, "Sign in to continue"),
    TOKEN_EXPIRED(401, false, "The access token has expired"),
    INVALID_CREDENTIALS(401, false, "The e-mail address or the password is wrong"),
    FORBIDDEN(403, false, "This account may not do that"),
    ORIGIN_REFUSED(403, false, "This origin may not connect"),
    NOT_FOUND(404, false, "There is no such thing here"),
    METHOD_NOT_ALLOWED(405, false, "This method is not supported here"),
    NOT_ACCEPTABLE(406, false, "None of the accepted formats can be produced"),
    REQUEST_TIMEOUT(408, true, "The request came in too slowly"),
    CONFLICT(409, false, "The request conflicts with what is there"),
    PAYLOAD_TOO_LARGE(413, false, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, false, "This content type is not supported"),
    ACCOUNT_LOCKED(423, true, "The account is locked for a while"),
    RATE_LIMITED(429, true, "Too many requests"),
    HEADERS_TOO_LARGE(431, false, "The headers of the request are too large"),
    INTERNAL(500, false, "Something went wrong on our side"),
    BAD_GATEWAY(502, true, "A part of the service broke off its answer"),
    MODEL_PROVIDER_FAILED(502, true, "The model provider failed"),
    UNAVAILABLE(503, true, "A part of the service is not available right now"),
    OVERLOADED(503, true, "The service is at its limit right now"),
    TIMEOUT(504, true, "It took too long");

    private final int status;
    private final boolean retryable;
    private final String title;

    ErrorCode(int status, boolean retryable, String title) {
        this.status = status;
        this.retryable = retryable;
        this.title = title;
    }

    /** The wire form, in snake case: {@code payload_too_large}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status that goes with this code. */
    public int status() {
        return status;
    }

    /** Whether the same request, sent again later, may succeed. */
    public boolean retryable() {
        return retryable;
    }

    /** One short sentence for a person, without a full stop. */
    public String title() {
        return title;
    }
}
