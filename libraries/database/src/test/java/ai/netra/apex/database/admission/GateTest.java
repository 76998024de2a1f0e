package ai.netra.apex.database.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger criticalWaits = new AtomicInteger();

    private Gate gate(int capacity, int reserved, int userLimit, int waiters, int perUser) {
        GateRules rules =
                new GateRules(capacity, reserved, userLimit, false, waiters, perUser, 5 * SECOND);
        return gate(rules);
    }

    private Gate gate(GateRules rules) {
        return new Gate(rules, false, now::get, new Random(1), criticalWaits::incrementAndGet);
    }

    private CompletableFuture<Permit> acquireLater(Gate gate, String user, Rank rank) {
        GateState before = gate.state();
        CompletableFuture<Permit> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                result.complete(
                                        gate.acquire(user, rank, now.get() + 3600 * SECOND));
                            } catch (Refusal | InterruptedException e) {
                                result.completeExceptionally(e);
                            }
                        });
        await().atMost(60, TimeUnit.SECONDS)
                .pollInterval(1, TimeUnit.MILLISECONDS)
                .until(
                        () ->
                                gate.state().waiting() > before.waiting()
                                        || !gate.state().refused().equals(before.refused())
                                        || result.isDone());
        return result;
    }

    @Test
    @Tag("SES-1")
    void aUserWithoutANameIsAUserAllTheSame() throws Exception {
        Gate gate = gate(4, 0, 1, 100, 100);
        Permit held = gate.acquire("", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> second = acquireLater(gate, "", Rank.NORMAL);
        gate.acquire("other", Rank.NORMAL, SECOND).release();
        assertThat(second).isNotDone();
        gate.checkInvariants();
        held.release();
        assertThat(second.get(60, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    @Tag("SES-1")
    void aUserAtItsLimitWaitsWhileOthersPass() throws Exception {
        Gate gate = gate(5, 1, 2, 100, 100);
        Permit first = gate.acquire("greedy", Rank.NORMAL, SECOND);
        gate.acquire("greedy", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> third = acquireLater(gate, "greedy", Rank.NORMAL);

        assertThat(gate.acquire("modest", Rank.NORMAL, SECOND)).isNotNull();
        assertThat(third).isNotDone();

        first.release();
        assertThat(third.get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(gate.heldByUser()).containsEntry("greedy", 2).containsEntry("modest", 1);
        gate.checkInvariants();
    }

    @Test
    @Tag("SES-1")
    void inDryRunAUserLimitIsCountedAndNotEnforced() throws Exception {
        Gate gate = gate(new GateRules(5, 1, 1, true, 10, 10, SECOND));
        gate.acquire("u", Rank.NORMAL, SECOND);
        gate.acquire("u", Rank.NORMAL, SECOND);

        assertThat(gate.state().inUse()).isEqualTo(2);
        assertThat(gate.state().overUserLimit()).isEqualTo(1);
    }

    @Test
    @Tag("SES-1")
    void aSlotIsGivenBackOnlyOnce() throws Exception {
        Gate gate = gate(2, 0, 2, 10, 10);
        Permit permit = gate.acquire("u", Rank.NORMAL, SECOND);

        assertThat(permit.release()).isTrue();
        assertThat(permit.release()).isFalse();

        assertThat(gate.state().inUse()).isZero();
        assertThat(gate.state().doubleReleases()).isEqualTo(1);
    }

    @Test
    @Tag("SES-5")
    void onlyCriticalWorkGetsTheReserve() throws Exception {
        Gate gate = gate(2, 1, 2, 10, 10);
        gate.acquire("a", Rank.HIGH, SECOND);
        CompletableFuture<Permit> high = acquireLater(gate, "b", Rank.HIGH);

        assertThat(gate.acquire("c", Rank.CRITICAL, SECOND)).isNotNull();
        assertThat(high).isNotDone();
        assertThat(criticalWaits).hasValue(0);
        CompletableFuture<Permit> critical = acquireLater(gate, "d", Rank.CRITICAL);
        assertThat(critical).isNotDone();
        await().atMost(60, TimeUnit.SECONDS)
                .untilAtomic(criticalWaits, org.hamcrest.Matchers.equalTo(1));
    }

    @Test
    @Tag("SES-5")
    void ranksAreServedInOrderAndUsersInTurn() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 100);
        Permit holder = gate.acquire("x", Rank.NORMAL, SECOND);
        List<String> served = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Permit>> all = new ArrayList<>();
        for (String each : List.of("low:a", "a1:a", "a2:a", "b1:b", "high:c", "crit:d")) {
            String[] part = each.split(":", -1);
            Rank rank =
                    switch (part[0]) {
                        case "low" -> Rank.LOW;
                        case "high" -> Rank.HIGH;
                        case "crit" -> Rank.CRITICAL;
                        default -> Rank.NORMAL;
                    };
            CompletableFuture<Permit> one = acquireLater(gate, part[1], rank);
            all.add(
                    one.thenApply(
                            permit -> {
                                served.add(part[0]);
                                permit.release();
                                return permit;
                            }));
        }
        holder.release();
        for (CompletableFuture<Permit> each : all) {
            each.get(60, TimeUnit.SECONDS);
        }
        assertThat(served).containsExactly("crit", "high", "a1", "b1", "a2", "low");
    }

    @Test
    @Tag("SES-5")
    void lowWorkAgesAndOvertakesLaterHighWork() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 100);
        Permit holder = gate.acquire("x", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> low = acquireLater(gate, "low", Rank.LOW);
        now.addAndGet(11 * SECOND);
        CompletableFuture<Permit> high = acquireLater(gate, "high", Rank.HIGH);

        holder.release();

        assertThat(low.get(60, TimeUnit.SECONDS)).isNotNull();
        assertThat(high).isNotDone();
    }

    @Test
    @Tag("SES-3")
    void aWaitThatCannotBeMetIsRefusedAtOnceWithAComputedTime() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 100);
        Permit slow = gate.acquire("a", Rank.NORMAL, SECOND);
        now.addAndGet(10 * SECOND);
        slow.release();
        gate.acquire("b", Rank.NORMAL, now.get() + SECOND);

        Refusal refusal =
                catchThrowableOfType(
                        Refusal.class, () -> gate.acquire("c", Rank.NORMAL, now.get() + SECOND));

        assertThat(refusal.reason()).isEqualTo(Refusal.Reason.WAIT_TOO_LONG);
        assertThat(refusal.retryAfterNanos()).isBetween(8 * SECOND, 12 * SECOND);
        assertThat(gate.state().waiting()).isZero();
    }

    @Test
    @Tag("SES-3")
    void theQueueIsBoundedAndUrgentWorkDisplacesLowWork() throws Exception {
        Gate gate = gate(1, 0, 1, 2, 100);
        gate.acquire("a", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> low = acquireLater(gate, "b", Rank.LOW);
        CompletableFuture<Permit> queued = acquireLater(gate, "c", Rank.NORMAL);

        assertThatThrownBy(() -> gate.acquire("d", Rank.LOW, SECOND))
                .extracting("reason")
                .isEqualTo(Refusal.Reason.QUEUE_FULL);
        CompletableFuture<Permit> high = acquireLater(gate, "e", Rank.HIGH);
        assertThat(low)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("DISPLACED");
        assertThat(high).isNotDone();
        assertThat(queued).isNotDone();
        gate.checkInvariants();
    }

    @Test
    @Tag("SES-5")
    void whereNobodyOfLowRankWaitsTheNextLowestGoes() throws Exception {
        Gate gate = gate(1, 0, 1, 2, 100);
        gate.acquire("a", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> high = acquireLater(gate, "b", Rank.HIGH);
        CompletableFuture<Permit> normal = acquireLater(gate, "c", Rank.NORMAL);

        CompletableFuture<Permit> critical = acquireLater(gate, "d", Rank.CRITICAL);
        assertThat(normal)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("DISPLACED");
        assertThatThrownBy(() -> gate.acquire("e", Rank.HIGH, SECOND))
                .extracting("reason")
                .isEqualTo(Refusal.Reason.QUEUE_FULL);
        assertThat(high).isNotDone();
        assertThat(critical).isNotDone();
        gate.close();
        gate.checkInvariants();
    }

    @Test
    @Tag("SES-3")
    void oneUserCannotFillTheQueue() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 1);
        gate.acquire("a", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> queued = acquireLater(gate, "a", Rank.NORMAL);

        assertThatThrownBy(() -> gate.acquire("a", Rank.NORMAL, SECOND))
                .extracting("reason")
                .isEqualTo(Refusal.Reason.USER_QUEUE_FULL);
        assertThat(acquireLater(gate, "b", Rank.NORMAL)).isNotDone();
        assertThat(queued).isNotDone();
    }

    @Test
    @Tag("SES-3")
    void anInterruptedWaiterLeavesNoTrace() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 100);
        Permit holder = gate.acquire("a", Rank.NORMAL, SECOND);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread waiter =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        gate.acquire("b", Rank.NORMAL, 3600 * SECOND);
                                    } catch (Refusal | InterruptedException e) {
                                        ended.complete(e);
                                    }
                                });
        await().atMost(60, TimeUnit.SECONDS).until(() -> gate.state().waiting() == 1);
        waiter.interrupt();

        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(gate.state().waiting()).isZero();
        holder.release();
        assertThat(gate.state().inUse()).isZero();
        gate.checkInvariants();
    }

    @Test
    @Tag("SES-3")
    void closingRefusesThoseWhoWaitAndThoseWhoCome() throws Exception {
        Gate gate = gate(1, 0, 1, 100, 100);
        Permit holder = gate.acquire("a", Rank.NORMAL, SECOND);
        CompletableFuture<Permit> waiting = acquireLater(gate, "b", Rank.NORMAL);

        gate.close();

        assertThat(waiting).failsWithin(60, TimeUnit.SECONDS);
        assertThatThrownBy(() -> gate.acquire("c", Rank.CRITICAL, SECOND))
                .isInstanceOf(Refusal.class);
        assertThat(holder.release()).isTrue();
    }

    @Test
    @Tag("SES-3")
    void theAdaptiveLimitFallsWhenWorkGetsSlowerAndRecovers() {
        Gradient2 limit = new Gradient2(3, 20);
        for (int i = 0; i < 200; i++) {
            limit.sample(1_000_000, 20);
        }
        assertThat(limit.limit()).isEqualTo(20);
        for (int i = 0; i < 500; i++) {
            limit.sample(10_000_000, limit.limit());
        }
        assertThat(limit.limit()).isLessThan(10).isGreaterThanOrEqualTo(3);
        for (int i = 0; i < 2000; i++) {
            limit.sample(1_000_000, limit.limit());
        }
        assertThat(limit.limit()).isEqualTo(20);
    }
}
