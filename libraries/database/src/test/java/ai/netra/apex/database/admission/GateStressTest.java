package ai.netra.apex.database.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Thousands of virtual threads acquire, time out, are interrupted and release at random while a
 * checker looks at the invariants. {@code -Dapex.stress.seconds} makes it longer.
 */
@Tag("SES-3")
class GateStressTest {

    private static final int CAPACITY = 8;
    private static final int THREADS = 10_000;
    private static final long MILLISECOND = 1_000_000;

    private final AtomicInteger holding = new AtomicInteger();
    private final AtomicInteger highest = new AtomicInteger();
    private final AtomicLong permits = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final AtomicLong interruptions = new AtomicLong();

    @RepeatedTest(2)
    void permitsNeverExceedThePoolAndNothingIsLost() throws Exception {
        GateRules rules = new GateRules(CAPACITY, 1, 3, false, 500, 200, 5 * MILLISECOND);
        Gate gate = new Gate(rules, false, System::nanoTime, new Random(7), () -> {});
        long seconds = Long.getLong("apex.stress.seconds", 1);
        long end = System.nanoTime() + seconds * 1_000 * MILLISECOND;
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String user = i % 10 == 0 ? null : "u" + i % 13;
            workers.add(Thread.ofVirtual().unstarted(() -> work(gate, user, end)));
        }
        AtomicBoolean done = new AtomicBoolean();
        Thread interrupter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (!done.get()) {
                                        workers.get(ThreadLocalRandom.current().nextInt(THREADS))
                                                .interrupt();
                                        gate.checkInvariants();
                                        LockSupport.parkNanos(200_000);
                                    }
                                });
        workers.forEach(Thread::start);
        for (Thread each : workers) {
            each.join();
        }
        done.set(true);
        interrupter.join();

        GateState state = gate.state();
        assertThat(highest.get()).isBetween(2, CAPACITY);
        assertThat(state.inUse()).isZero();
        assertThat(state.waiting()).isZero();
        assertThat(state.granted()).isEqualTo(state.released());
        assertThat(gate.heldByUser()).isEmpty();
        assertThat(permits.get()).isPositive();
        assertThat(refusals.get()).isPositive();
        assertThat(interruptions.get()).isPositive();
        gate.checkInvariants();
    }

    private void work(Gate gate, String user, long end) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Rank[] ranks = Rank.values();
        while (System.nanoTime() < end) {
            try {
                long deadline = System.nanoTime() + random.nextLong(20 * MILLISECOND);
                Permit permit = gate.acquire(user, ranks[random.nextInt(4)], deadline);
                highest.accumulateAndGet(holding.incrementAndGet(), Math::max);
                permits.incrementAndGet();
                LockSupport.parkNanos(random.nextLong(300_000));
                holding.decrementAndGet();
                permit.release();
                if (random.nextInt(20) == 0) {
                    permit.release();
                }
            } catch (Refusal refusal) {
                refusals.incrementAndGet();
                LockSupport.parkNanos(MILLISECOND);
            } catch (InterruptedException e) {
                interruptions.incrementAndGet();
            }
        }
    }

    @Test
    @Tag("SES-1")
    void aFloodingUserTakesNoMoreThanItsShareFromAQuietOne() throws Exception {
        GateRules rules = new GateRules(CAPACITY, 1, 3, false, 20_000, 20_000, 1000 * MILLISECOND);
        Gate gate = new Gate(rules, false, System::nanoTime, new Random(7), () -> {});
        AtomicInteger floodHolding = new AtomicInteger();
        AtomicInteger floodHighest = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> flood = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            flood.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        while (!done.get()) {
                                            flood(gate, floodHolding, floodHighest);
                                        }
                                    }));
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> floodHighest.get() > 0);
        long worst = 0;
        for (int i = 0; i < 100; i++) {
            long begin = System.nanoTime();
            Permit permit = gate.acquire("quiet", Rank.NORMAL, begin + 60_000 * MILLISECOND);
            worst = Math.max(worst, gate.state().inUse());
            permit.release();
        }
        done.set(true);
        gate.close();
        for (Thread each : flood) {
            each.join();
        }
        assertThat(floodHighest.get()).isBetween(1, 3);
        assertThat(worst).isLessThanOrEqualTo(CAPACITY);
        assertThat(gate.state().inUse()).isZero();
    }

    private static void flood(Gate gate, AtomicInteger holding, AtomicInteger highest) {
        try {
            Permit permit =
                    gate.acquire("flood", Rank.NORMAL, System.nanoTime() + 60_000 * MILLISECOND);
            highest.accumulateAndGet(holding.incrementAndGet(), Math::max);
            LockSupport.parkNanos(100_000);
            holding.decrementAndGet();
            permit.release();
        } catch (Refusal | InterruptedException e) {
            LockSupport.parkNanos(MILLISECOND);
        }
    }

    /** Each asks once, so a wake-up that is lost is a thread that never ends. */
    @Test
    @Tag("CFG-4")
    void everyOneOfTenThousandWaitersIsDecidedOnceWhileTheCapacityChanges() throws Exception {
        Gate gate = new Gate(changing(1), true, System::nanoTime, new Random(7), () -> {});
        long giveUp = System.nanoTime() + 120_000 * MILLISECOND;
        Rank[] ranks = Rank.values();
        List<Thread> waiters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String user = i % 10 == 0 ? null : "u" + i % 97;
            Rank rank = ranks[i % ranks.length];
            waiters.add(Thread.ofVirtual().start(() -> once(gate, user, rank)));
        }
        while (waiters.stream().anyMatch(Thread::isAlive)) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            gate.resize(changing(random.nextInt(1, CAPACITY + 1)));
            waiters.get(random.nextInt(THREADS)).interrupt();
            gate.checkInvariants();
            LockSupport.parkNanos(100_000);
            assertThat(System.nanoTime()).as("nobody waits for ever").isLessThan(giveUp);
        }

        assertThat(permits.get() + interruptions.get()).isEqualTo(THREADS);
        assertThat(refusals).hasValue(0);
        assertThat(permits.get()).isPositive();
        assertThat(interruptions.get()).isPositive();
        assertThat(highest.get()).isLessThanOrEqualTo(CAPACITY);
        assertThat(gate.state().inUse()).isZero();
        assertThat(gate.state().waiting()).isZero();
        assertThat(gate.state().granted()).isEqualTo(gate.state().released());
        assertThat(gate.heldByUser()).isEmpty();
        gate.checkInvariants();
    }

    private static GateRules changing(int capacity) {
        return new GateRules(
                capacity, 0, capacity, false, 2 * THREADS, 2 * THREADS, 5 * MILLISECOND);
    }

    private void once(Gate gate, String user, Rank rank) {
        try {
            Permit permit = gate.acquire(user, rank, Long.MAX_VALUE);
            highest.accumulateAndGet(holding.incrementAndGet(), Math::max);
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(200_000));
            holding.decrementAndGet();
            permit.release();
            permits.incrementAndGet();
        } catch (Refusal refusal) {
            refusals.incrementAndGet();
        } catch (InterruptedException e) {
            interruptions.incrementAndGet();
        }
    }

    /** User 0 has one waiter, user 1 two, …: whoever waits gets its turn in every round. */
    @Test
    @Tag("SES-1")
    void usersAreServedInTurnHoweverManyOfTheirsWait() throws Exception {
        int users = 40;
        GateRules rules = new GateRules(1, 0, 1, false, THREADS, THREADS, 3_600_000L * MILLISECOND);
        Gate gate = new Gate(rules, false, System::nanoTime, new Random(7), () -> {});
        Permit first = gate.acquire(null, Rank.NORMAL, Long.MAX_VALUE);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Thread> waiters = new ArrayList<>();
        for (int user = users - 1; user >= 0; user--) {
            for (int n = 0; n <= user; n++) {
                int own = user;
                waiters.add(Thread.ofVirtual().start(() -> serve(gate, own, served)));
            }
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> gate.state().waiting() == waiters.size());
        first.release();
        for (Thread each : waiters) {
            each.join();
        }

        assertThat(served).hasSize(waiters.size());
        int begin = 0;
        for (int round = 0; round < users; round++) {
            // In round r everybody with more than r waiters is served, once.
            List<Integer> turn = served.subList(begin, begin + users - round);
            assertThat(turn).as("round %d", round).doesNotHaveDuplicates();
            int least = round;
            assertThat(turn).allSatisfy(user -> assertThat(user).isGreaterThanOrEqualTo(least));
            begin += users - round;
        }
    }

    /** A queue of twenty thousand, half as many too many, and every other waiter gives up. */
    @Test
    void ofThirtyThousandEachIsServedOrRefusedOrInterruptedAndLeavesNoTrace() throws Exception {
        int waiting = 2 * THREADS;
        GateRules rules = new GateRules(1, 0, 1, false, waiting, waiting, 3_600_000L * MILLISECOND);
        Gate gate = new Gate(rules, false, System::nanoTime, new Random(7), () -> {});
        Permit first = gate.acquire(null, Rank.NORMAL, Long.MAX_VALUE);
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < waiting; i++) {
            String user = "u" + i % 101;
            all.add(Thread.ofVirtual().start(() -> once(gate, user, Rank.NORMAL)));
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> gate.state().waiting() == waiting);
        List<Thread> tooMany = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            tooMany.add(Thread.ofVirtual().start(() -> once(gate, "late", Rank.NORMAL)));
        }
        for (Thread each : tooMany) {
            each.join();
        }
        assertThat(refusals).hasValue(THREADS);
        for (int i = 0; i < waiting; i += 2) {
            all.get(i).interrupt();
        }
        await().atMost(60, TimeUnit.SECONDS).until(() -> gate.state().waiting() == THREADS);
        gate.checkInvariants();
        first.release();
        for (Thread each : all) {
            each.join();
        }

        assertThat(interruptions).hasValue(THREADS);
        assertThat(permits).hasValue(THREADS);
        assertThat(highest).hasValue(1);
        assertThat(gate.state().inUse()).isZero();
        assertThat(gate.state().granted()).isEqualTo(gate.state().released());
        assertThat(gate.heldByUser()).isEmpty();
        gate.checkInvariants();
    }

    private static void serve(Gate gate, int user, List<Integer> served) {
        try {
            Permit permit = gate.acquire("u" + user, Rank.NORMAL, Long.MAX_VALUE);
            served.add(user);
            permit.release();
        } catch (Refusal | InterruptedException e) {
            served.add(-1);
        }
    }
}
