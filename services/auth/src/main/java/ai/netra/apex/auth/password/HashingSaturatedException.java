package ai.netra.apex.auth.password;

import java.time.Duration;

/** As many passwords are being hashed, and wait to be, as this process allows. */
public final class HashingSaturatedException extends RuntimeException {

    private final transient Duration retryAfter;

    HashingSaturatedException(Duration retryAfter) {
        super("password hashing is saturated");
        this.retryAfter = retryAfter;
    }

    /** When the queue should have room again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
