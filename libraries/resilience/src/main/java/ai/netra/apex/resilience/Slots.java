package ai.netra.apex.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts what goes on at once against a limit that is given with each request, so that the limit
 * may change at any time: with a smaller one nothing begins until enough has ended. Thread-safe.
 */
public final class Slots {

    private final AtomicInteger taken = new AtomicInteger();

    /** Takes a slot if fewer than {@code limit} are taken; never waits. */
    public boolean tryTake(int limit) {
        int now = taken.get();
        while (now < limit) {
            if (taken.compareAndSet(now, now + 1)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /**
     * Gives one back.
     *
     * @throws IllegalStateException when none is taken
     */
    public void release() {
        int now = taken.get();
        while (now > 0) {
            if (taken.compareAndSet(now, now - 1)) {
                return;
            }
            now = taken.get();
        }
        throw new IllegalStateException("no slot is taken");
    }

    /** How many are taken. */
    public int taken() {
        return taken.get();
    }
}
