package ai.netra.apex.database.admission;

/**
 * Finds how much work at once the server does best with, from how long it takes: the algorithm of
 * Netflix's <a href="https://github.com/Netflix/concurrency-limits">concurrency-limits</a> ({@code
 * Gradient2Limit}), written anew, with our bounds.
 *
 * <p>{@code gradient = clamp(tolerance · long / short, 0.5, 1)} compares a long average of the time
 * taken with the present one; {@code limit · gradient + queue}, smoothed, is the new limit. While
 * less than half of the limit is in use nothing is learnt: idleness says nothing about a limit.
 *
 * <p>Not thread-safe: guarded by the gate's lock.
 */
final class Gradient2 {

    private static final double TOLERANCE = 1.5;
    private static final double SMOOTHING = 0.2;
    private static final int LONG_WINDOW = 600;
    private static final int WARMUP = 10;
    private static final int SAMPLES = 10;

    private int minimum;
    private int maximum;
    private double queue;
    private double limit;
    private double longAverage;
    private long longCount;
    private double windowSum;
    private int windowCount;

    Gradient2(int minimum, int maximum) {
        this.minimum = minimum;
        this.maximum = maximum;
        this.queue = Math.max(1, maximum / 10.0);
        this.limit = maximum;
    }

    /**
     * Moves the bounds; what was learnt stays. A limit that was at the old maximum, so not held
     * back, is at the new one.
     */
    void bound(int least, int most) {
        boolean free = limit() == maximum;
        minimum = least;
        maximum = most;
        queue = Math.max(1, most / 10.0);
        limit = free ? most : Math.clamp(limit, least, most);
    }

    /** The limit now; between the bounds. */
    int limit() {
        return (int) Math.round(limit);
    }

    /** Learns that work took {@code nanos} while {@code inUse} were under way. */
    void sample(long nanos, int inUse) {
        windowSum += nanos;
        if (++windowCount < SAMPLES) {
            return;
        }
        double shortAverage = Math.max(1, windowSum / windowCount);
        windowSum = 0;
        windowCount = 0;
        learn(shortAverage, inUse);
    }

    private void learn(double shortAverage, int inUse) {
        longCount++;
        if (longCount <= WARMUP) {
            longAverage += (shortAverage - longAverage) / longCount;
        } else {
            longAverage += (shortAverage - longAverage) * 2.0 / (LONG_WINDOW + 1);
        }
        if (longAverage / shortAverage > 2) {
            // Recovering from a long bad spell: forget it faster than the window would.
            longAverage *= 0.95;
        }
        if (inUse < limit / 2) {
            return;
        }
        double gradient = Math.clamp(TOLERANCE * longAverage / shortAverage, 0.5, 1.0);
        double next = limit * gradient + queue;
        limit = Math.clamp(limit * (1 - SMOOTHING) + next * SMOOTHING, minimum, maximum);
    }
}
