package ai.netra.apex.resilience;

import org.jspecify.annotations.Nullable;

/**
 * A classified failure.
 *
 * @param kind the one kind it is of
 * @param outcome what became of the work
 * @param transientCause whether the cause is one that passes
 * @param impact how badly the person who waits is affected
 * @param sqlState the SQLSTATE, five characters; null where there was none
 * @param condition the cause's name, such as {@code deadlock_detected} or {@code
 *     connection_refused}
 */
public record Failure(
        FailureKind kind,
        Outcome outcome,
        boolean transientCause,
        UserImpact impact,
        @Nullable String sqlState,
        String condition) {

    /** A failure whose impact follows from its kind, its outcome and its cause. */
    public static Failure of(
            FailureKind kind,
            Outcome outcome,
            boolean transientCause,
            @Nullable String sqlState,
            String condition) {
        return new Failure(
                kind,
                outcome,
                transientCause,
                impactOf(kind, outcome, transientCause),
                sqlState,
                condition);
    }

    /** Whether the same work may be done again: nothing took effect, and the cause may pass. */
    public boolean retryable() {
        return transientCause && outcome.undone();
    }

    /** How loudly it is logged: as its kind, but never quietly when data is at risk. */
    public LogLevel level() {
        return impact == UserImpact.DATA_AT_RISK ? LogLevel.CRITICAL : kind.level();
    }

    /** The same failure once more is known about its outcome. */
    public Failure withOutcome(Outcome known) {
        return of(kind, known, transientCause, sqlState, condition);
    }

    private static UserImpact impactOf(FailureKind kind, Outcome outcome, boolean passes) {
        if (outcome == Outcome.IN_DOUBT) {
            return UserImpact.DATA_AT_RISK;
        }
        if (passes) {
            return UserImpact.DELAYED;
        }
        return kind == FailureKind.CONSTRAINT || kind == FailureKind.DATA
                ? UserImpact.OWN_REQUEST
                : UserImpact.FAILED;
    }
}
