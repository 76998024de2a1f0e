package ai.netra.apex.resilience;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: exponential with full jitter, which spreads a crowd best
 * ("Exponential Backoff And Jitter", AWS Architecture Blog), plus a fixed delay for infrastructure
 * that needs time to move.
 *
 * <p>{@code wait(n) = fixed + random(0, min(ceiling, base · 2ⁿ))}. Immutable.
 *
 * @param base the upper bound of the first wait
 * @param ceiling the upper bound of every wait
 * @param fixed added to every wait
 */
public record Backoff(Duration base, Duration ceiling, Duration fixed) {

    public Backoff {
        if (base.isNegative() || ceiling.compareTo(base) < 0 || fixed.isNegative()) {
            throw new IllegalArgumentException("0 <= base <= ceiling and 0 <= fixed");
        }
    }

    /** The wait before attempt {@code n + 1}, for {@code n} failed attempts, at least 1. */
    public Duration after(int failures, RandomGenerator random) {
        int shift = Math.clamp(failures - 1L, 0, 20);
        long highest = ceiling.toNanos();
        // Compared before it is shifted: a base of hours would overflow.
        long bound = base.toNanos() > highest >> shift ? highest : base.toNanos() << shift;
        return fixed.plusNanos(bound <= 0 ? 0 : random.nextLong(bound + 1));
    }
}
