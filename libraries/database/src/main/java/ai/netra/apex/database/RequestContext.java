package ai.netra.apex.database;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known about the request a thread works for. It travels as a {@link ScopedValue}, so that
 * code that only sees a {@code DataSource} is still accounted to the right user, in the right order
 * and within the right time.
 *
 * <pre>{@code
 * RequestContext.of("user-7", "POST /api/threads")
 *         .within(Duration.ofSeconds(10))
 *         .call(() -> jdbcClient.sql("…").query(…).list());
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param user whose limits apply; null for nobody in particular, which no user limit bounds
 * @param operation a short name for people, such as {@code POST /api/threads}; of low cardinality
 * @param priority the order among those who wait
 * @param deadline when the whole request must be over; null for the configured defaults only
 * @param correlationId finds the request in logs and traces; null when there is none
 */
public record RequestContext(
        @Nullable String user,
        String operation,
        Priority priority,
        @Nullable Instant deadline,
        @Nullable String correlationId) {

    private static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

    /** A context of normal priority without a deadline. */
    public static RequestContext of(@Nullable String user, String operation) {
        return new RequestContext(user, operation, Priority.NORMAL, null, null);
    }

    /** The context of this thread; null outside of any. */
    public static @Nullable RequestContext current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** The same with another priority. */
    public RequestContext withPriority(Priority other) {
        return new RequestContext(user, operation, other, deadline, correlationId);
    }

    /** The same with a deadline; an earlier one that is already set stays. */
    public RequestContext withDeadline(Instant other) {
        Instant earliest = deadline != null && deadline.isBefore(other) ? deadline : other;
        return new RequestContext(user, operation, priority, earliest, correlationId);
    }

    /** The same, to be over {@code time} from now. */
    public RequestContext within(Duration time) {
        return withDeadline(Terms.from(Instant.now(), time));
    }

    /** The same with a correlation id. */
    public RequestContext withCorrelationId(@Nullable String other) {
        return new RequestContext(user, operation, priority, deadline, other);
    }

    /** Runs {@code action} in this context; calls below see it by {@link #current()}. */
    public void run(Runnable action) {
        ScopedValue.where(CURRENT, this).run(action);
    }

    /** Runs {@code action} in this context and returns what it returns. */
    public <R extends @Nullable Object, X extends Throwable> R call(
            ScopedValue.CallableOp<? extends R, X> action) throws X {
        return ScopedValue.where(CURRENT, this).<R, X>call(action);
    }
}
