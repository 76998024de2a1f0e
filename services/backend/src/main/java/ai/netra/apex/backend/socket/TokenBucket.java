package ai.netra.apex.backend.socket;

/** Allows {@code perSecond} on average and {@code burst} at once. Not thread-safe. */
final class TokenBucket {

    private static final double NANOS = 1e9;

    private final int perSecond;
    private final int burst;
    private double left;
    private long at;

    TokenBucket(int perSecond, int burst, long now) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.left = burst;
        this.at = now;
    }

    /** Takes one at {@code now} (nanoseconds of one monotonic clock), if there is one. */
    boolean take(long now) {
        left = Math.min(burst, left + (now - at) / NANOS * perSecond);
        at = now;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}
