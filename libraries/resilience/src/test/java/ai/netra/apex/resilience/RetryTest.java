package ai.netra.apex.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("ERR-5")
class RetryTest {

    private static final Failure CONFLICT =
            Failure.of(FailureKind.CONFLICT, Outcome.ROLLED_BACK, true, "40001", "x");
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(80), Duration.ofMillis(5));

    private final AtomicLong now = new AtomicLong();

    private RetryBudget budget(double perSecond) {
        return new RetryBudget(0.2, perSecond, Duration.ofSeconds(10), now::get);
    }

    private static RetryPolicy.Decision decide(RetryPolicy policy, Failure failure, int failures) {
        return policy.decide(failure, failures, Duration.ofSeconds(5), new Random(1));
    }

    @Test
    void aFifthOfTheRequestsMayBeRetriedAndOldOnesDoNotCount() {
        RetryBudget budget = budget(0);
        for (int i = 0; i < 50; i++) {
            budget.deposit();
        }
        int retries = 0;
        while (budget.tryWithdraw()) {
            retries++;
        }
        assertThat(retries).isBetween(9, 10);
        for (int i = 0; i < 50; i++) {
            budget.deposit();
        }
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(budget.tryWithdraw()).isFalse();
    }

    @Test
    void someRetriesAreAlwaysAllowedAndComeBackWithTime() {
        RetryBudget budget = budget(10);
        int retries = 0;
        while (budget.tryWithdraw()) {
            retries++;
        }
        assertThat(retries).isEqualTo(100);
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(budget.tryWithdraw()).isTrue();
    }

    @Test
    @Tag("NET-3")
    void waitsGrowExponentiallyWithFullJitterUpToTheCeiling() {
        Random random = new Random(3);
        for (int failures = 1; failures < 40; failures++) {
            long bound = Math.min(80, 10L << Math.min(failures - 1, 10));
            long least = Long.MAX_VALUE;
            long most = 0;
            for (int i = 0; i < 300; i++) {
                long wait = BACKOFF.after(failures, random).toMillis();
                least = Math.min(least, wait);
                most = Math.max(most, wait);
            }
            assertThat(least).isBetween(5L, 5 + bound / 2);
            assertThat(most).isBetween(5 + bound / 2, 5 + bound);
        }
    }

    @Test
    void everyReasonToStopHasItsName() {
        RetryPolicy policy = new RetryPolicy(3, BACKOFF, budget(10));
        assertThat(decide(policy, CONFLICT, 1)).isInstanceOf(RetryPolicy.Again.class);
        assertThat(decide(policy, CONFLICT, 3))
                .isEqualTo(new RetryPolicy.Stop(RetryPolicy.Reason.ATTEMPTS));
        assertThat(decide(policy, CONFLICT.withOutcome(Outcome.IN_DOUBT), 1))
                .isEqualTo(new RetryPolicy.Stop(RetryPolicy.Reason.NOT_RETRYABLE));
        assertThat(policy.decide(CONFLICT, 1, Duration.ofMillis(1), new Random(1)))
                .isEqualTo(new RetryPolicy.Stop(RetryPolicy.Reason.DEADLINE));
        assertThat(decide(new RetryPolicy(3, BACKOFF, budget(0)), CONFLICT, 1))
                .isEqualTo(new RetryPolicy.Stop(RetryPolicy.Reason.BUDGET));
    }

    @Test
    @Tag("NET-3")
    void aWaitOfHoursDoesNotOverflow() {
        Backoff slow = new Backoff(Duration.ofHours(3), Duration.ofDays(2), Duration.ZERO);
        Duration longest = Duration.ZERO;
        for (int seed = 0; seed < 20; seed++) {
            Duration wait = slow.after(40, new Random(seed));
            assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(2));
            longest = wait.compareTo(longest) > 0 ? wait : longest;
        }
        assertThat(longest).isGreaterThan(Duration.ofDays(1));
    }
}
