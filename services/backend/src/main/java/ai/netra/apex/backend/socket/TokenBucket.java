package ai.netra.apex.backend.socket;

/** Allows so many per second on average and a burst at once. Not thread-safe. */
final class TokenBucket {

    private static final double NANOS = 1e9;

    private double left;
    private long at;

    TokenBucket(int burst, long now) {
        this.left = burst;
        this.at = now;
    }

    /**
     * Takes one at {@code now} (nanoseconds of one monotonic clock), if there is one.
     *
     * @param perSecond how many come back in a second; may be another one each time
     * @param burst how many there are at most; may be another one each time
     */
    boolean take(long now, int perSecond, int burst) {
        left = Math.min(burst, left + (now - at) / NANOS * perSecond);
        at = now;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}
