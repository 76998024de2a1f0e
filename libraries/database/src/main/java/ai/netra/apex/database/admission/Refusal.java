package ai.netra.apex.database.admission;

/** No permit. Carries no stack trace: under overload it is thrown by the thousand. */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why there is none. */
    public enum Reason {
        QUEUE_FULL,
        WAIT_TOO_LONG,
        WAITED_TOO_LONG,
        USER_QUEUE_FULL,
        DISPLACED,
        CLOSED
    }

    private final Reason reason;
    private final long retryAfterNanos;

    Refusal(Reason reason, long retryAfterNanos) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.retryAfterNanos = retryAfterNanos;
    }

    public Reason reason() {
        return reason;
    }

    /** When a permit is likely to be had, with jitter; in nanoseconds, at least a millisecond. */
    public long retryAfterNanos() {
        return retryAfterNanos;
    }
}
