package ai.netra.apex.bench;

import java.util.Arrays;

/** Exact percentiles of recorded values, by the nearest-rank method. Immutable. */
public final class Percentiles {

    private final double[] sorted;

    /** Takes a copy of {@code values}, in any order. */
    public Percentiles(double[] values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    /**
     * The smallest value that at least {@code percent} of all do not exceed; NaN when there is
     * none.
     */
    public double at(double percent) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
    }

    public int count() {
        return sorted.length;
    }
}
