package ai.netra.apex.database.admission;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What those are told who get no permit: how long it would take, from how long permits are held.
 * Not thread-safe: guarded by the gate's lock.
 */
final class Refusals {

    /** The shortest advice: to come back at once is none. */
    static final long SOON = 1_000_000;

    private final RandomGenerator random;
    private final HoldTime holdTime = new HoldTime();
    private final Map<Refusal.Reason, Long> counts = new EnumMap<>(Refusal.Reason.class);

    Refusals(RandomGenerator random) {
        this.random = random;
    }

    void learn(long hold) {
        holdTime.learn(hold);
    }

    /** How long one who comes now would wait: those before it × hold time ÷ permits. */
    long estimate(int before, int permits) {
        return (long) ((before + 1) * holdTime.nanos() / permits);
    }

    /** Counts a refusal; the advice is spread by a fifth each way, so that nobody comes in step. */
    Refusal refuse(Refusal.Reason reason, long estimate) {
        counts.merge(reason, 1L, Long::sum);
        double jitter = 0.8 + 0.4 * random.nextDouble();
        return new Refusal(reason, Math.max(SOON, (long) (estimate * jitter)));
    }

    Map<Refusal.Reason, Long> counts() {
        return counts;
    }

    long holdNanos() {
        return (long) holdTime.nanos();
    }
}
