package ai.netra.apex.database;

import ai.netra.apex.resilience.ErrorState;
import ai.netra.apex.resilience.ErrorStateMachine;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Keeps the error states of a database by what is told about it. Thread-safe. */
final class TroubleBook implements Consumer<DatabaseEvent> {

    private static final Duration QUIET = Duration.ofSeconds(30);

    private final ErrorStateMachine machine = new ErrorStateMachine(Clock.systemUTC(), QUIET);

    ErrorStateMachine machine() {
        return machine;
    }

    @Override
    public void accept(DatabaseEvent event) {
        switch (event) {
            case DatabaseEvent.SessionRejected e ->
                    machine.error(
                            e.reason() == SessionRejectedException.Reason.DATABASE_DOWN
                                    ? ErrorState.CONNECTION
                                    : ErrorState.POOL,
                            e.reason() + " for " + e.operation());
            case DatabaseEvent.WorkFailed e -> failed(e.failure(), e.message());
            case DatabaseEvent.SessionReclaimed e ->
                    machine.error(
                            e.reason() == SessionEndedException.Reason.DEADLINE
                                    ? ErrorState.TIMEOUT
                                    : ErrorState.SESSION,
                            e.reason() + " of " + e.session().operation());
            case DatabaseEvent.UncleanReturn e ->
                    machine.error(ErrorState.SESSION, "came back with " + e.findings());
            case DatabaseEvent.CommitResolved e ->
                    machine.error(ErrorState.TRANSACTION, "commit " + e.failure().outcome());
            case DatabaseEvent.RouteChanged e -> {
                if (e.after().endsWith(Route.Status.USABLE.name())) {
                    machine.recovered(ErrorState.CONNECTION);
                } else {
                    machine.error(ErrorState.CONNECTION, e.route() + " " + e.after());
                }
            }
            case DatabaseEvent.PoolResized e -> {
                // Nothing is wrong.
            }
            case DatabaseEvent.ForecastChanged e -> {
                // Nothing is wrong yet.
            }
            case DatabaseEvent.ManualInterventionNeeded e ->
                    machine.fatal(
                            e.record().failure().outcome() == Outcome.IN_DOUBT
                                    ? ErrorState.TRANSACTION
                                    : ErrorState.SESSION,
                            e.record().subject());
        }
    }

    private void failed(Failure failure, String message) {
        // A person's wrong value is no trouble of the database.
        if (failure.kind() == FailureKind.CONSTRAINT || failure.kind() == FailureKind.DATA) {
            return;
        }
        ErrorState state =
                switch (failure.kind()) {
                    case CONNECTION, FAILOVER -> ErrorState.CONNECTION;
                    case TIMEOUT -> ErrorState.TIMEOUT;
                    case RESOURCE -> ErrorState.POOL;
                    case PERMISSION, SCHEMA, UNKNOWN, CONFLICT, CONSTRAINT, DATA ->
                            ErrorState.TRANSACTION;
                };
        machine.error(state, failure.condition() + ": " + message);
    }
}
