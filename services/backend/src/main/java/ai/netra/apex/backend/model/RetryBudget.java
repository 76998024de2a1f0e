package ai.netra.apex.backend.model;

import java.util.function.LongSupplier;

/**
 * Bounds how much retrying may add: a fifth of the requests, and one retry each second beside it,
 * of which at most ten are saved up (after Finagle's RetryBudget). Thread-safe.
 */
final class RetryBudget {

    /** In thousandths of a retry, so that sums are exact. */
    private static final long PER_REQUEST = 200;

    private static final long ONE = 1_000;
    private static final long MOST = 10 * ONE;
    private static final long NANOS_PER_THOUSANDTH = 1_000_000;

    private final LongSupplier nanoTime;
    private long tokens = MOST;
    private long lastAt;

    RetryBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.lastAt = nanoTime.getAsLong();
    }

    /** A request is sent for the first time. */
    synchronized void request() {
        add(PER_REQUEST);
    }

    /** Whether a retry may be sent; takes it from the budget. */
    synchronized boolean tryRetry() {
        long now = nanoTime.getAsLong();
        long earned = (now - lastAt) / NANOS_PER_THOUSANDTH;
        lastAt += earned * NANOS_PER_THOUSANDTH;
        add(earned);
        if (tokens < ONE) {
            return false;
        }
        tokens -= ONE;
        return true;
    }

    private void add(long more) {
        tokens = Math.min(MOST, tokens + more);
    }
}
