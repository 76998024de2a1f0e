package ai.netra.apex.resilience.forecast;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The p95 of each of the last minutes. A minute without a sample is a gap, not a zero. Bounded: one
 * day, and so many samples a minute. Not thread-safe.
 */
final class Minutes {

    /** One minute that is over. */
    record Minute(long number, double p95) {}

    private static final int KEPT = 24 * 60;

    /** Twenty a second; what is more in a minute is not looked at. */
    private static final int SAMPLES = 1200;

    private final Deque<Minute> done = new ArrayDeque<>();
    private final double[] samples = new double[SAMPLES];
    private int count;
    private long current = Long.MIN_VALUE;

    /**
     * Takes a sample of a minute.
     *
     * @return whether that closed an earlier minute, which is now {@link #last}
     */
    boolean add(long minute, double value) {
        boolean closed = false;
        if (minute > current) {
            closed = count > 0;
            if (closed) {
                done.addLast(new Minute(current, p95()));
                if (done.size() > KEPT) {
                    done.removeFirst();
                }
            }
            current = minute;
            count = 0;
        }
        if (count < SAMPLES) {
            samples[count++] = value;
        }
        return closed;
    }

    Minute last() {
        return done.getLast();
    }

    /** The minutes that are over and not older than {@code from}, oldest first. */
    Minute[] since(long from) {
        return done.stream().filter(each -> each.number >= from).toArray(Minute[]::new);
    }

    private double p95() {
        double[] sorted = Arrays.copyOf(samples, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(0.95 * count) - 1];
    }
}
