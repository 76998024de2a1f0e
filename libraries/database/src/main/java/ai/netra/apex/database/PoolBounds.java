package ai.netra.apex.database;

/**
 * Between which sizes the pool may be; the size itself is computed at start and explained.
 *
 * @param minimum the smallest useful pool; at least 2, so that critical work has a session of its
 *     own
 * @param maximum the largest allowed
 * @param replicas how many instances of the application share the server
 */
public record PoolBounds(int minimum, int maximum, int replicas) {

    /** From 2 to the tier's ceiling, one instance. */
    public static PoolBounds forTier(Tier tier) {
        return new PoolBounds(2, tier.poolCeiling(), 1);
    }

    /** Exactly {@code size} connections. */
    public static PoolBounds exactly(int size) {
        return new PoolBounds(size, size, 1);
    }

    void check(ProblemSink problems) {
        if (minimum < 2 || minimum > maximum || maximum > 1000) {
            problems.report(
                    "pool",
                    "bounds " + minimum + " to " + maximum + " make no sense",
                    "use 2 <= minimum <= maximum <= 1000");
        }
        if (replicas < 1) {
            problems.report("pool.replicas", "is below 1", "count the running instances");
        }
    }
}
