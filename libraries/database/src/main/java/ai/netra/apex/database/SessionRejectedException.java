package ai.netra.apex.database;

import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;

/**
 * No session was given. Nothing has happened; the same request may be made again after {@link
 * #retryAfter()}. An HTTP service answers 503 (429 for {@link Reason#USER_LIMIT}) with that time in
 * {@code Retry-After}.
 */
public final class SessionRejectedException extends SQLTransientConnectionException
        implements Classified {

    private static final long serialVersionUID = 1L;

    /** Why no session was given. */
    public enum Reason {
        /** As many wait already as may. */
        QUEUE_FULL,
        /** The wait would outlast the deadline, or the longest wait allowed. */
        WAIT_TOO_LONG,
        /** The deadline passed while waiting. */
        WAITED_TOO_LONG,
        /** This user has as many requests waiting as one user may. */
        USER_LIMIT,
        /** More urgent work took the place. */
        DISPLACED,
        /** No route to the database works. */
        DATABASE_DOWN,
        /** The waiting thread was interrupted; its interrupt flag is set again. */
        INTERRUPTED,
        /** The manager is closing. */
        CLOSED
    }

    private final Reason reason;
    private final Duration retryAfter;

    public SessionRejectedException(Reason reason, Duration retryAfter, String message) {
        super(message, reason == Reason.DATABASE_DOWN ? "08001" : "53300");
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** The rejection at the bottom of {@code error}, if one is. */
    public static Optional<SessionRejectedException> in(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < 32; depth++) {
            if (cause instanceof SessionRejectedException rejected) {
                return Optional.of(rejected);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** Why no session was given. */
    public Reason reason() {
        return reason;
    }

    /** When it is worth trying again; computed from the queue, with jitter. */
    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public Failure failure() {
        FailureKind kind =
                switch (reason) {
                    case DATABASE_DOWN, CLOSED -> FailureKind.CONNECTION;
                    case WAIT_TOO_LONG, WAITED_TOO_LONG, INTERRUPTED -> FailureKind.TIMEOUT;
                    default -> FailureKind.RESOURCE;
                };
        boolean passes = reason != Reason.CLOSED && reason != Reason.INTERRUPTED;
        return Failure.of(kind, Outcome.NOT_STARTED, passes, getSQLState(), "session_rejected");
    }
}
