package ai.netra.apex.backend.model;

import ai.netra.apex.contracts.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A model gave no answer, or not all of it. The message is for the person who asked: what happened
 * and what to do; it holds no secret.
 */
public final class ModelException extends Exception {

    private final Kind kind;
    private final String provider;
    private final int status;
    private final @Nullable Duration retryAfter;

    /**
     * @param status the provider's HTTP status; 0 when there was none
     * @param retryAfter when the provider wants to be asked again; null when it did not say
     */
    public ModelException(
            Kind kind,
            String provider,
            int status,
            String detail,
            @Nullable Duration retryAfter,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.kind = kind;
        this.provider = provider;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    /** What went wrong. */
    public enum Kind {
        AUTHENTICATION(ErrorCode.MODEL_PROVIDER_FAILED, false),
        PERMISSION(ErrorCode.MODEL_PROVIDER_FAILED, false),
        MODEL_UNKNOWN(ErrorCode.NOT_FOUND, false),
        QUOTA(ErrorCode.MODEL_PROVIDER_FAILED, false),
        RATE_LIMITED(ErrorCode.RATE_LIMITED, false),
        CONTEXT_TOO_LONG(ErrorCode.PAYLOAD_TOO_LARGE, false),
        TOOLS_UNSUPPORTED(ErrorCode.MODEL_PROVIDER_FAILED, false),
        REQUEST_REFUSED(ErrorCode.MODEL_PROVIDER_FAILED, false),
        CONTENT_FILTERED(ErrorCode.MODEL_PROVIDER_FAILED, false),
        OVERLOADED(ErrorCode.UNAVAILABLE, true),
        SERVER_ERROR(ErrorCode.MODEL_PROVIDER_FAILED, true),
        UNREACHABLE(ErrorCode.UNAVAILABLE, true),
        FIRST_TOKEN_TIMEOUT(ErrorCode.TIMEOUT, true),
        IDLE_TIMEOUT(ErrorCode.TIMEOUT, true),
        DEADLINE(ErrorCode.TIMEOUT, false),
        CUT(ErrorCode.MODEL_PROVIDER_FAILED, true),
        MALFORMED(ErrorCode.MODEL_PROVIDER_FAILED, true),
        TOO_LONG(ErrorCode.MODEL_PROVIDER_FAILED, false),
        BREAKER_OPEN(ErrorCode.UNAVAILABLE, false),
        BUSY(ErrorCode.OVERLOADED, false),
        CANCELLED(ErrorCode.UNAVAILABLE, false);

        private final ErrorCode code;
        private final boolean providersFault;

        Kind(ErrorCode code, boolean providersFault) {
            this.code = code;
            this.providersFault = providersFault;
        }

        /** The code the person's problem document carries. */
        public ErrorCode code() {
            return code;
        }

        /** Whether it speaks for the provider being unwell, which opens its breaker. */
        boolean providersFault() {
            return providersFault;
        }
    }

    public Kind kind() {
        return kind;
    }

    /** The provider asked. */
    public String provider() {
        return provider;
    }

    /** The provider's HTTP status; 0 when there was none. */
    public int status() {
        return status;
    }

    /** For the person: what happened and what to do. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
