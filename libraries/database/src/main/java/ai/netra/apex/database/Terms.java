package ai.netra.apex.database;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a session is lent for: the request, completed by the thread's context and the configuration.
 * Times are of {@link System#nanoTime()}.
 *
 * @param deadline when it must be over; {@link Long#MAX_VALUE} for no deadline
 * @param waitUntil how long to wait in the queue
 */
record Terms(
        OperationType type,
        String operation,
        @Nullable String user,
        Priority priority,
        Access access,
        @Nullable Instant deadlineTime,
        long deadline,
        long waitUntil,
        long idleNanos,
        @Nullable String correlationId) {

    private static final Duration FAR = Duration.ofDays(365);
    private static final Duration NEVER = Duration.ofDays(365_000);

    static Terms of(SessionRequest request, TimeLimits limits) {
        RequestContext context = RequestContext.current();
        String operation = request.operation();
        String user = request.user();
        Priority priority = request.priority();
        Instant end = request.deadline();
        String correlationId = null;
        if (context != null) {
            user = user == null ? context.user() : user;
            priority = priority == null ? context.priority() : priority;
            Instant other = context.deadline();
            end = end == null || (other != null && other.isBefore(end)) ? other : end;
            correlationId = context.correlationId();
            if (operation == null || operation.equals(DatabaseManager.PLAIN)) {
                operation = context.operation();
            }
        }
        long now = System.nanoTime();
        long deadline =
                end == null ? Long.MAX_VALUE : after(now, Duration.between(Instant.now(), end));
        Duration idle = request.idleAllowance() == null ? limits.leak() : request.idleAllowance();
        return new Terms(
                request.type(),
                operation == null ? DatabaseManager.PLAIN : operation,
                user,
                priority == null ? Priority.NORMAL : priority,
                request.access(),
                end,
                deadline,
                Math.min(deadline, now + limits.queueWait().toNanos()),
                nanos(idle),
                correlationId);
    }

    /** Whether nothing may be written: whatever the type, the access says so. */
    boolean reads() {
        return access != Access.READ_WRITE;
    }

    private static long after(long now, Duration time) {
        // A deadline further away than this is none; nanoseconds would overflow.
        return time.compareTo(FAR) > 0 ? Long.MAX_VALUE : now + nanos(time);
    }

    /** At most {@link #FAR} each way. */
    private static long nanos(Duration time) {
        Duration near = time.compareTo(FAR) > 0 ? FAR : time;
        return (near.compareTo(FAR.negated()) < 0 ? FAR.negated() : near).toNanos();
    }

    /** The moment that is {@code time} from now; never further away than a calendar goes. */
    static Instant from(Instant now, Duration time) {
        if (time.compareTo(NEVER) > 0) {
            return now.plus(NEVER);
        }
        return time.compareTo(NEVER.negated()) < 0 ? now.minus(NEVER) : now.plus(time);
    }
}
