package ai.netra.apex.database.admission;

import java.util.Map;

/**
 * A {@link Gate} at one moment.
 *
 * @param capacity permits in all
 * @param limit permits allowed now; at most capacity
 * @param inUse permits given out
 * @param waiting waiters
 * @param granted permits given out since start
 * @param released permits given back since start; {@code granted = released + inUse} always
 * @param doubleReleases times a permit was given back again, without effect
 * @param overUserLimit times a user limit would have held somebody back in dry run
 * @param refused refusals since start by reason
 * @param holdNanos moving average of how long a permit is held
 */
public record GateState(
        int capacity,
        int limit,
        int inUse,
        int waiting,
        long granted,
        long released,
        long doubleReleases,
        long overUserLimit,
        Map<Refusal.Reason, Long> refused,
        long holdNanos) {

    public GateState {
        refused = Map.copyOf(refused);
    }
}
