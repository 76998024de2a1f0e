package ai.netra.apex.database.admission;

/**
 * How long permits are held: a moving average that one long session does not spoil. A sample counts
 * as eight times the average at most, so a lasting change is followed within a dozen samples all
 * the same. Not thread-safe: guarded by the gate's lock.
 */
final class HoldTime {

    private static final double WEIGHT = 0.1;
    private static final double OUTLIER = 8;
    private static final double MILLISECOND = 1_000_000;

    private double nanos;
    private boolean begun;

    void learn(long sample) {
        if (!begun) {
            begun = true;
            nanos = sample;
        } else {
            nanos += (Math.min((double) sample, OUTLIER * nanos + MILLISECOND) - nanos) * WEIGHT;
        }
    }

    double nanos() {
        return nanos;
    }
}
