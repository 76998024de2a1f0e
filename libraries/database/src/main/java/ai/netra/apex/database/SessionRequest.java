package ai.netra.apex.database;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a session is wanted for. Whatever is not said here comes from the thread's {@link
 * RequestContext}, then from the configuration.
 *
 * <pre>{@code
 * db.inTransaction(SessionRequest.write("accept message").user(userId), session -> …);
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param type what the session does
 * @param operation a short name for people; of low cardinality; null: the context's
 * @param user whose limits apply; null: the context's
 * @param priority the order among those who wait; null: the context's, else normal
 * @param deadline when it must be over; the earlier of this and the context's counts
 * @param access which server may serve it
 * @param retrySafety whether a transaction's body may run again after a definite rollback
 * @param idleAllowance how long the session may lie idle before it counts as leaked; null: the
 *     configured threshold. For legitimate long work between two statements
 */
public record SessionRequest(
        OperationType type,
        @Nullable String operation,
        @Nullable String user,
        @Nullable Priority priority,
        @Nullable Instant deadline,
        Access access,
        RetrySafety retrySafety,
        @Nullable Duration idleAllowance) {

    /** A request to read; the transaction is read-only. */
    public static SessionRequest read(String operation) {
        return of(OperationType.READ, operation, Access.READ_ONLY);
    }

    /** A request to write. */
    public static SessionRequest write(String operation) {
        return of(OperationType.WRITE, operation, Access.READ_WRITE);
    }

    /** A request for migrations and housekeeping. */
    public static SessionRequest maintenance(String operation) {
        return of(OperationType.MAINTENANCE, operation, Access.READ_WRITE);
    }

    /** A request of the given type for a user; the document's {@code session(type, user)}. */
    public static SessionRequest of(OperationType type, RequestContext context) {
        return (type == OperationType.READ
                        ? read(context.operation())
                        : of(type, context.operation(), Access.READ_WRITE))
                .within(context);
    }

    private static SessionRequest of(OperationType type, String operation, Access access) {
        return new SessionRequest(
                type, operation, null, null, null, access, RetrySafety.REPLAYABLE, null);
    }

    private SessionRequest within(RequestContext context) {
        return new SessionRequest(
                type,
                context.operation(),
                context.user(),
                context.priority(),
                context.deadline(),
                access,
                retrySafety,
                idleAllowance);
    }

    /** The same for another user. */
    public SessionRequest user(@Nullable String other) {
        return new SessionRequest(
                type, operation, other, priority, deadline, access, retrySafety, idleAllowance);
    }

    /** The same with another priority. */
    public SessionRequest priority(Priority other) {
        return new SessionRequest(
                type, operation, user, other, deadline, access, retrySafety, idleAllowance);
    }

    /** The same with a deadline. */
    public SessionRequest deadline(Instant other) {
        return new SessionRequest(
                type, operation, user, priority, other, access, retrySafety, idleAllowance);
    }

    /** The same, to be over {@code time} from now. */
    public SessionRequest within(Duration time) {
        return deadline(Terms.from(Instant.now(), time));
    }

    /** The same served by another kind of server. */
    public SessionRequest access(Access other) {
        return new SessionRequest(
                type, operation, user, priority, deadline, other, retrySafety, idleAllowance);
    }

    /** The same with a body that must not run twice. */
    public SessionRequest once() {
        return new SessionRequest(
                type, operation, user, priority, deadline, access, RetrySafety.ONCE, idleAllowance);
    }

    /** The same, allowed to lie idle for longer between two statements. */
    public SessionRequest idleAllowance(Duration other) {
        return new SessionRequest(
                type, operation, user, priority, deadline, access, retrySafety, other);
    }
}
