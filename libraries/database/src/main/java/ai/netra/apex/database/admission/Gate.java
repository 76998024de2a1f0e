package ai.netra.apex.database.admission;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Hands out a bounded number of permits: by rank, users of a rank in turn, first come first served
 * within a user.
 *
 * <p><b>Invariants</b>, true whenever the lock is free:
 *
 * <ol>
 *   <li>{@code inUse = granted - released}, and every permit in use is counted for its user;
 *   <li>{@code inUse <= limit} unless the limit has just been lowered; {@code inUse <= capacity}
 *       unless {@link #resize} has just lowered it: then none is granted until enough are back;
 *   <li>no waiter could be served: whatever frees capacity serves waiters before it gives up the
 *       lock. So a newcomer that can be served overtakes nobody who could have been (no barging),
 *       and there is no wake-up to lose: the permit is in the waiter's hands before it wakes;
 *   <li>a waiter is in exactly one queue or decided, never both. Whoever takes it out under the
 *       lock decides it, so a timeout or an interruption that finds it decided has a permit to give
 *       back and leaves no trace.
 * </ol>
 *
 * <p>The critical section is a few map operations; no callback and no wake-up runs inside. Threads,
 * virtual ones too, wait parked. Thread-safe.
 */
public final class Gate {

    private static final int SPINS = 8;
    private static final int YIELDS = 50;

    private final LongSupplier clock;
    private final Runnable onCriticalWait;
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder doubleReleases = new LongAdder();

    @GuardedBy("lock")
    private GateRules rules;

    /** What {@code inUse} may be: the capacity, or what was in use when that was lowered. */
    @GuardedBy("lock")
    private int bound;

    /** How many may wait: as the rules say, or as many as waited when those said less. */
    @GuardedBy("lock")
    private int waitingBound;

    @GuardedBy("lock")
    private final WaitingRoom room = new WaitingRoom();

    @GuardedBy("lock")
    private final Holders holders = new Holders();

    @GuardedBy("lock")
    private final Refusals refusals;

    @GuardedBy("lock")
    private final @Nullable Gradient2 adaptive;

    @GuardedBy("lock")
    private int inUse;

    @GuardedBy("lock")
    private long granted;

    @GuardedBy("lock")
    private long released;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * @param clock monotonic nanoseconds
     * @param onCriticalWait called, outside the lock, when critical work has to wait
     */
    public Gate(
            GateRules rules,
            boolean adapt,
            LongSupplier clock,
            RandomGenerator random,
            Runnable onCriticalWait) {
        this.rules = rules;
        this.bound = rules.capacity();
        this.waitingBound = rules.maxWaiters();
        this.clock = clock;
        this.refusals = new Refusals(random);
        this.onCriticalWait = onCriticalWait;
        this.adaptive = adapt ? new Gradient2(rules.leastAdaptive(), rules.capacity()) : null;
    }

    /**
     * Works by other rules from now on. With more capacity, waiters are served at once. With less,
     * permits in use stay valid, and none is granted until as many have come back as there are too
     * many: {@link GateState#inUse()} says when. Who waits already goes on waiting.
     */
    public void resize(GateRules next) {
        List<Waiter> served;
        lock();
        try {
            rules = next;
            bound = Math.max(next.capacity(), inUse);
            waitingBound = Math.max(next.maxWaiters(), room.size());
            if (adaptive != null) {
                adaptive.bound(next.leastAdaptive(), next.capacity());
            }
            served = serve(clock.getAsLong());
        } finally {
            lock.unlock();
        }
        served.forEach(Waiter::wake);
    }

    /**
     * Gets a permit, at once or after waiting its turn.
     *
     * @param user whose limit applies; null for nobody's
     * @param deadline the clock's value until which to wait
     * @throws Refusal when there will be none in time
     * @throws InterruptedException when interrupted while waiting; nothing is held then
     */
    public Permit acquire(@Nullable String user, Rank rank, long deadline)
            throws Refusal, InterruptedException {
        Waiter waiter;
        @Nullable Waiter displaced;
        long now = clock.getAsLong();
        lock();
        try {
            if (closed) {
                throw refusals.refuse(Refusal.Reason.CLOSED, Refusals.SOON);
            }
            if (servable(user, rank)) {
                return grant(user, now);
            }
            displaced = makeRoom(user, rank, now, deadline);
            waiter = room.enter(user, rank, now);
        } finally {
            lock.unlock();
        }
        if (displaced != null) {
            displaced.wake();
        }
        if (rank == Rank.CRITICAL) {
            onCriticalWait.run();
        }
        return await(waiter, deadline);
    }

    /**
     * The critical section is far shorter than parking a thread and waking it again, and once one
     * thread is parked every unlock has to wake one: so look a few times before parking, and let
     * others run, of which one may have been stopped with the lock in its hands. Which newcomer
     * gets the lock first decides nothing about who is served.
     */
    @SuppressWarnings("ThreadPriorityCheck") // only time depends on what the scheduler makes of it
    private void lock() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        for (int i = 0; i < YIELDS; i++) {
            Thread.yield();
            if (lock.tryLock()) {
                return;
            }
        }
        lock.lock();
    }

    private Permit await(Waiter waiter, long deadline) throws Refusal, InterruptedException {
        while (waiter.decision() == null) {
            long left = deadline - clock.getAsLong();
            if (left <= 0) {
                withdraw(waiter, true);
                break;
            }
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                withdraw(waiter, false);
                if (waiter.decision() instanceof Permit permit) {
                    permit.release();
                }
                throw new InterruptedException("while waiting for a permit");
            }
        }
        if (waiter.decision() instanceof Permit permit) {
            return permit;
        }
        if (waiter.decision() instanceof Refusal refusal) {
            throw refusal;
        }
        throw new IllegalStateException("a waiter that left undecided");
    }

    /** Takes an undecided waiter out of its queue; a decided one stays as it is. */
    private void withdraw(Waiter waiter, boolean timedOut) {
        lock();
        try {
            if (waiter.decision() == null) {
                room.leave(waiter);
                if (timedOut) {
                    waiter.decide(
                            refusals.refuse(Refusal.Reason.WAITED_TOO_LONG, estimate(waiter.rank)));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void giveBack(Permit permit) {
        List<Waiter> served;
        long now = clock.getAsLong();
        long hold = Math.max(0, now - permit.grantedAt());
        lock();
        try {
            refusals.learn(hold);
            if (adaptive != null) {
                adaptive.sample(hold, inUse);
            }
            inUse--;
            released++;
            bound = Math.max(rules.capacity(), inUse);
            holders.giveBack(permit.user());
            served = serve(now);
        } finally {
            lock.unlock();
        }
        served.forEach(Waiter::wake);
    }

    /** Restores invariant 3: serves waiters while any can be. */
    @GuardedBy("lock")
    private List<Waiter> serve(long now) {
        if (room.size() == 0) {
            return List.of();
        }
        List<Waiter> served = new ArrayList<>(1);
        for (Waiter next = best(now); next != null; next = best(now)) {
            room.serve(next);
            next.decide(grant(next.user, now));
            served.add(next);
        }
        return served;
    }

    @GuardedBy("lock")
    @SuppressWarnings("GuardedBy") // both predicates run at once, under the lock held here
    private @Nullable Waiter best(long now) {
        return room.best(now, rules.ageStepNanos(), this::capacityFor, this::mayHold);
    }

    @GuardedBy("lock")
    private Permit grant(@Nullable String user, long now) {
        inUse++;
        granted++;
        holders.take(user, rules);
        return new Permit(this, user, now);
    }

    @GuardedBy("lock")
    private boolean servable(@Nullable String user, Rank rank) {
        return capacityFor(rank) && mayHold(user, rank);
    }

    @GuardedBy("lock")
    private boolean capacityFor(Rank rank) {
        int usable = limit() - (rank == Rank.CRITICAL ? 0 : rules.reserved());
        return inUse < usable;
    }

    @GuardedBy("lock")
    private boolean mayHold(@Nullable String user, Rank rank) {
        return holders.mayHold(user, rank, rules);
    }

    @GuardedBy("lock")
    private int limit() {
        return adaptive == null ? rules.capacity() : adaptive.limit();
    }

    /**
     * Makes sure there is room in the queue and sense in waiting.
     *
     * @return a less urgent waiter that had to go; null when none had to
     */
    @GuardedBy("lock")
    private @Nullable Waiter makeRoom(@Nullable String user, Rank rank, long now, long deadline)
            throws Refusal {
        if (user != null && rank != Rank.CRITICAL && room.of(user) >= rules.maxWaitersPerUser()) {
            throw refusals.refuse(Refusal.Reason.USER_QUEUE_FULL, userEstimate(user));
        }
        long estimate = estimate(rank);
        if (user != null && !mayHold(user, rank)) {
            estimate = Math.max(estimate, userEstimate(user));
        }
        if (estimate > deadline - now && rank != Rank.CRITICAL) {
            throw refusals.refuse(Refusal.Reason.WAIT_TOO_LONG, estimate);
        }
        if (room.size() < rules.maxWaiters()) {
            return null;
        }
        Waiter low = room.newestBelow(rank);
        if (low == null) {
            throw refusals.refuse(Refusal.Reason.QUEUE_FULL, estimate);
        }
        room.leave(low);
        low.decide(refusals.refuse(Refusal.Reason.DISPLACED, estimate(low.rank)));
        return low;
    }

    /** How long a newcomer of this rank would wait. */
    @GuardedBy("lock")
    private long estimate(Rank rank) {
        int permits = Math.max(1, limit() - (rank == Rank.CRITICAL ? 0 : rules.reserved()));
        return refusals.estimate(room.before(rank), permits);
    }

    @GuardedBy("lock")
    private long userEstimate(String user) {
        return refusals.estimate(room.of(user), rules.userLimit());
    }

    void refusedDoubleRelease() {
        doubleReleases.increment();
    }

    /** Refuses everybody who waits and everybody who comes. Permits in use stay valid. */
    public void close() {
        List<Waiter> refusedWaiters = new ArrayList<>();
        lock();
        try {
            closed = true;
            for (Waiter waiter = room.drain(); waiter != null; waiter = room.drain()) {
                waiter.decide(refusals.refuse(Refusal.Reason.CLOSED, Refusals.SOON));
                refusedWaiters.add(waiter);
            }
        } finally {
            lock.unlock();
        }
        refusedWaiters.forEach(Waiter::wake);
    }

    /** The gate at this moment, consistent in itself. */
    public GateState state() {
        lock();
        try {
            return new GateState(
                    rules.capacity(),
                    limit(),
                    inUse,
                    room.size(),
                    granted,
                    released,
                    doubleReleases.sum(),
                    holders.overLimit(),
                    refusals.counts(),
                    refusals.holdNanos());
        } finally {
            lock.unlock();
        }
    }

    /** Whether one who holds that many permits for {@code user} cannot get another. */
    public boolean mayHoldNoMore(String user, Rank rank, int own) {
        lock();
        try {
            return rank != Rank.CRITICAL && !rules.dryRun() && own >= rules.userLimit();
        } finally {
            lock.unlock();
        }
    }

    /** Permits held by each user at this moment. */
    public Map<String, Integer> heldByUser() {
        lock();
        try {
            return holders.byUser();
        } finally {
            lock.unlock();
        }
    }

    /** How many waiters are critical at this moment. */
    public int criticalWaiting() {
        lock();
        try {
            return room.size(Rank.CRITICAL);
        } finally {
            lock.unlock();
        }
    }

    /** Fails when an invariant does not hold; for tests under load. */
    void checkInvariants() {
        lock();
        try {
            check(inUse == granted - released, "in use = granted - released");
            check(inUse <= bound && inUse >= 0, "0 <= in use <= capacity, but for a shrinking one");
            check(room.consistent() && room.size() <= waitingBound, "waiters are counted");
            check(best(clock.getAsLong()) == null, "nobody waits who could be served");
            check(holders.consistent(inUse), "users hold what is in use");
        } finally {
            lock.unlock();
        }
    }

    private static void check(boolean holds, String invariant) {
        if (!holds) {
            throw new IllegalStateException("broken: " + invariant);
        }
    }
}
