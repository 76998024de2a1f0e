package ai.netra.apex.backend.model;

import java.util.function.LongSupplier;

/**
 * Bounds how much retrying may add: a fifth of the requests, and one retry each second beside it,
 * of which at most ten are saved up (after Finagle's RetryBudget). Thread-safe.
 */
final class RetryBudget {

    private static final double PER_REQUEST = 0.2;
    private static final double PER_SECOND = 1;
    private static final double MOST = 10;

    private final LongSupplier nanoTime;
    private double tokens = MOST;
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
        add((now - lastAt) / 1e9 * PER_SECOND);
        lastAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }

    private void add(double more) {
        tokens = Math.min(MOST, tokens + more);
    }
}
