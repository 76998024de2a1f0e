package ai.netra.apex.database.admission;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread in the queue. Its decision changes once, from undecided to a permit or a refusal, only
 * under the gate's lock; the thread reads it without.
 */
final class Waiter {

    final @Nullable String user;
    final Rank rank;
    final long since;
    final long order;
    private final Thread thread = Thread.currentThread();
    private volatile @Nullable Object decision;

    Waiter(@Nullable String user, Rank rank, long since, long order) {
        this.user = user;
        this.rank = rank;
        this.since = since;
        this.order = order;
    }

    /** A {@link Permit}, a {@link Refusal}, or null while undecided. */
    @Nullable Object decision() {
        return decision;
    }

    /** Decides; the caller holds the lock, and the waiter is in no queue any more. */
    void decide(Object permitOrRefusal) {
        decision = permitOrRefusal;
    }

    /** Wakes the thread; after the lock is given up, so that it does not run into it. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /**
     * The rank after ageing: one better for every step waited, but never critical, whose reserve is
     * not for the patient.
     */
    int effectiveRank(long now, long ageStepNanos) {
        if (rank == Rank.CRITICAL) {
            return 0;
        }
        long steps = (now - since) / ageStepNanos;
        return (int) Math.max(Rank.HIGH.level(), rank.level() - steps);
    }
}
