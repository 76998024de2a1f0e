package ai.netra.apex.resilience;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides whether and when failed work is done again: only after a definite non-event with a
 * passing cause, within the deadline first, then the attempts, then the budget. Each refusal has
 * its name, so that exhaustion is an explicit error and a metric. Thread-safe.
 *
 * @param attempts in all, the first included
 * @param backoff between attempts
 * @param budget shared by all work on one dependency
 */
public record RetryPolicy(int attempts, Backoff backoff, RetryBudget budget) {

    /** What is to be done. */
    public sealed interface Decision {}

    /** Do it again after this time. */
    public record Again(Duration pause) implements Decision {}

    /** Do not. */
    public record Stop(Reason reason) implements Decision {}

    /** Why work is not done again. */
    public enum Reason {
        /** It may have taken effect, or its cause does not pass. */
        NOT_RETRYABLE,
        DEADLINE,
        ATTEMPTS,
        BUDGET
    }

    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("at least one attempt");
        }
    }

    /**
     * What to do after {@code failures} failed attempts.
     *
     * @param left until the deadline
     */
    public Decision decide(Failure failure, int failures, Duration left, RandomGenerator random) {
        if (!failure.retryable()) {
            return new Stop(Reason.NOT_RETRYABLE);
        }
        Duration wait = backoff.after(failures, random);
        if (wait.compareTo(left) >= 0) {
            return new Stop(Reason.DEADLINE);
        }
        if (failures >= attempts) {
            return new Stop(Reason.ATTEMPTS);
        }
        return budget.tryWithdraw() ? new Again(wait) : new Stop(Reason.BUDGET);
    }
}
