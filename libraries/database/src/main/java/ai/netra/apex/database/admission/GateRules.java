package ai.netra.apex.database.admission;

/**
 * The numbers a {@link Gate} works by.
 *
 * @param capacity permits in all
 * @param reserved permits only {@link Rank#CRITICAL} may take; below capacity
 * @param userLimit permits one user may hold at once
 * @param dryRun whether user limits are counted but not enforced
 * @param maxWaiters how many may wait
 * @param maxWaitersPerUser how many of one user may wait
 * @param ageStepNanos waiting this long counts as one rank
 */
public record GateRules(
        int capacity,
        int reserved,
        int userLimit,
        boolean dryRun,
        int maxWaiters,
        int maxWaitersPerUser,
        long ageStepNanos) {

    public GateRules {
        if (capacity < 1 || reserved < 0 || reserved >= capacity || userLimit < 1) {
            throw new IllegalArgumentException(
                    "capacity " + capacity + ", reserved " + reserved + ", user " + userLimit);
        }
    }

    /** How low an adaptive limit may go: a quarter of the capacity, and more than the reserve. */
    int leastAdaptive() {
        return Math.max(reserved + 1, (capacity + 3) / 4);
    }
}
