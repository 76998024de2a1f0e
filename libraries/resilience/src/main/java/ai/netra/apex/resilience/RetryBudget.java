package ai.netra.apex.resilience;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Bounds retries to a part of the requests, so that a failing dependency is not hit harder for
 * failing: Finagle's {@code RetryBudget}, written anew. Within the window, retries may be 20 % of
 * the requests, and ten a second for those who make few.
 *
 * <p>Thread-safe.
 */
public final class RetryBudget {

    private static final int SLICES = 10;

    private final double share;
    private final double minimumPerSecond;
    private final long sliceNanos;
    private final LongSupplier clock;

    @GuardedBy("this")
    private final double[] balance = new double[SLICES];

    @GuardedBy("this")
    private long slice;

    /**
     * @param share retries per request, such as 0.2
     * @param minimumPerSecond retries a second that are always allowed
     * @param window after which neither requests nor retries count any more
     * @param clock monotonic nanoseconds
     */
    public RetryBudget(double share, double minimumPerSecond, Duration window, LongSupplier clock) {
        if (share < 0 || minimumPerSecond < 0 || window.toNanos() < SLICES) {
            throw new IllegalArgumentException("share and minimum are not negative");
        }
        this.share = share;
        this.minimumPerSecond = minimumPerSecond;
        this.sliceNanos = window.toNanos() / SLICES;
        this.clock = clock;
        this.slice = Math.floorDiv(clock.getAsLong(), sliceNanos);
    }

    /** 20 % of the requests and 10 a second, over 10 seconds. */
    public static RetryBudget standard() {
        return new RetryBudget(0.2, 10, Duration.ofSeconds(10), System::nanoTime);
    }

    /** A request is made for the first time. */
    public synchronized void deposit() {
        turn();
        balance[index(slice)] += share;
    }

    /** Takes one retry; false when the budget is spent. */
    public synchronized boolean tryWithdraw() {
        turn();
        if (available() < 1) {
            return false;
        }
        balance[index(slice)] -= 1;
        return true;
    }

    /** Retries that could be made now. */
    public synchronized double remaining() {
        turn();
        return Math.max(0, available());
    }

    @GuardedBy("this")
    private double available() {
        double sum = minimumPerSecond * sliceNanos * SLICES / 1e9;
        for (double each : balance) {
            sum += each;
        }
        return sum;
    }

    /** Forgets the slices that have left the window. */
    @GuardedBy("this")
    private void turn() {
        long now = Math.floorDiv(clock.getAsLong(), sliceNanos);
        for (long each = Math.max(slice + 1, now - SLICES + 1); each <= now; each++) {
            balance[index(each)] = 0;
        }
        slice = Math.max(slice, now);
    }

    private static int index(long slice) {
        return (int) Math.floorMod(slice, (long) SLICES);
    }
}
