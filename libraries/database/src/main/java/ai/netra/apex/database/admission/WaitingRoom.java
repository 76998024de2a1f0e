package ai.netra.apex.database.admission;

import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who waits: one {@link RankQueue} per rank, and how many each user has in them. A waiter
 * that is in here is undecided. Not thread-safe: guarded by the gate's lock.
 */
final class WaitingRoom {

    private static final List<Rank> FROM_LOWEST =
            Arrays.stream(Rank.values())
                    .sorted(Comparator.comparingInt(Rank::level).reversed())
                    .toList();

    private final Map<Rank, RankQueue> queues = new EnumMap<>(Rank.class);
    private final Map<String, Integer> ofUser = new HashMap<>();
    private int size;
    private long order;

    WaitingRoom() {
        for (Rank rank : Rank.values()) {
            queues.put(rank, new RankQueue());
        }
    }

    int size() {
        return size;
    }

    int size(Rank rank) {
        return queue(rank).size();
    }

    int of(@Nullable String user) {
        return user == null ? 0 : ofUser.getOrDefault(user, 0);
    }

    Waiter enter(@Nullable String user, Rank rank, long now) {
        Waiter waiter = new Waiter(user, rank, now, order++);
        queue(rank).add(waiter);
        count(user, 1);
        return waiter;
    }

    /** Takes out a waiter that gave up or has to go. */
    void leave(Waiter waiter) {
        if (!queue(waiter.rank).remove(waiter)) {
            throw new IllegalStateException("an undecided waiter in no queue");
        }
        count(waiter.user, -1);
    }

    /** Takes out a waiter that is served; its user's next turn comes after all others'. */
    void serve(Waiter waiter) {
        queue(waiter.rank).take(waiter);
        count(waiter.user, -1);
    }

    /**
     * The servable waiter of the best rank after ageing; among equals the one that came first.
     *
     * @param capacity whether there is a permit for a rank
     * @param mayHold whether a user may hold one more in a rank
     */
    @Nullable Waiter best(
            long now,
            long ageStepNanos,
            Predicate<Rank> capacity,
            BiPredicate<@Nullable String, Rank> mayHold) {
        if (size == 0) {
            return null;
        }
        Waiter best = null;
        int bestRank = Integer.MAX_VALUE;
        for (Map.Entry<Rank, RankQueue> each : queues.entrySet()) {
            Rank rank = each.getKey();
            if (each.getValue().size() == 0 || !capacity.test(rank)) {
                continue;
            }
            Waiter head = each.getValue().next(user -> mayHold.test(user, rank));
            if (head == null) {
                continue;
            }
            int effective = head.effectiveRank(now, ageStepNanos);
            if (effective < bestRank
                    || (effective == bestRank && best != null && head.order < best.order)) {
                best = head;
                bestRank = effective;
            }
        }
        return best;
    }

    /** How many are before a newcomer of this rank. */
    int before(Rank rank) {
        int before = 0;
        for (Map.Entry<Rank, RankQueue> each : queues.entrySet()) {
            if (each.getKey().level() <= rank.level()) {
                before += each.getValue().size();
            }
        }
        return before;
    }

    /** The waiter that came last of the lowest rank below this one; null when none waits there. */
    @Nullable Waiter newestBelow(Rank rank) {
        for (Rank each : FROM_LOWEST) {
            if (each.level() <= rank.level()) {
                return null;
            }
            Waiter newest = queue(each).newest();
            if (newest != null) {
                return newest;
            }
        }
        return null;
    }

    /** Takes out any waiter; null when nobody waits. */
    @Nullable Waiter drain() {
        for (RankQueue queue : queues.values()) {
            Waiter waiter = queue.drain();
            if (waiter != null) {
                count(waiter.user, -1);
                return waiter;
            }
        }
        return null;
    }

    /** Whether what is counted is what is there. */
    boolean consistent() {
        int queued = queues.values().stream().mapToInt(RankQueue::size).sum();
        int named = ofUser.values().stream().mapToInt(Integer::intValue).sum();
        return queued == size && named <= size && ofUser.values().stream().allMatch(n -> n > 0);
    }

    private RankQueue queue(Rank rank) {
        RankQueue queue = queues.get(rank);
        if (queue == null) {
            throw new IllegalStateException("no queue for " + rank);
        }
        return queue;
    }

    private void count(@Nullable String user, int change) {
        size += change;
        if (user != null) {
            ofUser.merge(user, change, (a, b) -> a + b == 0 ? null : a + b);
        }
    }
}
