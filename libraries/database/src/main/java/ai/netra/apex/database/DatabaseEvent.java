package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.forecast.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something an operator may want to know. Listeners are called in order on a thread for events: one
 * that takes its time holds up the other listeners alone. Beyond a thousand that wait, events are
 * counted ({@code events_dropped}) instead of told. What a listener throws is logged and dropped.
 *
 * <p>No event carries a value of a statement.
 */
public sealed interface DatabaseEvent {

    /** When it happened. */
    Instant time();

    /** The manager's name. */
    String database();

    /** A request got no session. */
    record SessionRejected(
            Instant time,
            String database,
            SessionRejectedException.Reason reason,
            Duration retryAfter,
            @Nullable String user,
            String operation)
            implements DatabaseEvent {}

    /** A session was taken from its borrower. */
    record SessionReclaimed(
            Instant time,
            String database,
            SessionEndedException.Reason reason,
            SessionInfo session,
            Duration age)
            implements DatabaseEvent {}

    /** Work in a session failed. */
    record WorkFailed(
            Instant time,
            String database,
            Failure failure,
            String message,
            @Nullable SessionInfo session)
            implements DatabaseEvent {}

    /** A returned connection was not clean. */
    record UncleanReturn(
            Instant time,
            String database,
            List<String> findings,
            boolean destroyed,
            SessionInfo session)
            implements DatabaseEvent {}

    /** A commit's answer was lost; this is what became of it. */
    record CommitResolved(
            Instant time,
            String database,
            Failure failure,
            @Nullable String transactionId,
            SessionInfo session)
            implements DatabaseEvent {}

    /** A route was ejected, came back, or changed its role. */
    record RouteChanged(
            Instant time, String database, String route, String before, String after, String detail)
            implements DatabaseEvent {}

    /** The pool has another size from now on. */
    record PoolResized(Instant time, String database, int before, int after, List<String> reasons)
            implements DatabaseEvent {

        public PoolResized {
            reasons = List.copyOf(reasons);
        }
    }

    /** The forecast of when all sessions will be in use means something else than before. */
    record ForecastChanged(Instant time, String database, Forecast forecast)
            implements DatabaseEvent {}

    /** Something only a person can put right. */
    record ManualInterventionNeeded(Instant time, String database, ManualIntervention record)
            implements DatabaseEvent {}
}
