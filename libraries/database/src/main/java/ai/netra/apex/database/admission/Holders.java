package ai.netra.apex.database.admission;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many permits each user holds, and may. Not thread-safe: guarded by the gate's lock. */
final class Holders {

    private final Map<String, Integer> held = new HashMap<>();
    private long overLimit;

    /** Whether a user may hold one more; nobody in particular and critical work always may. */
    boolean mayHold(@Nullable String user, Rank rank, GateRules rules) {
        return user == null
                || rank == Rank.CRITICAL
                || rules.dryRun()
                || held.getOrDefault(user, 0) < rules.userLimit();
    }

    void take(@Nullable String user, GateRules rules) {
        if (user != null && held.merge(user, 1, Integer::sum) > rules.userLimit()) {
            overLimit++;
        }
    }

    void giveBack(@Nullable String user) {
        if (user != null) {
            held.computeIfPresent(user, (_, n) -> n == 1 ? null : n - 1);
        }
    }

    /** How often somebody got more than the limit of a user. */
    long overLimit() {
        return overLimit;
    }

    Map<String, Integer> byUser() {
        return Map.copyOf(held);
    }

    /** Whether no more is held than is in use, and nobody is kept who holds nothing. */
    boolean consistent(int inUse) {
        return held.values().stream().mapToInt(Integer::intValue).sum() <= inUse
                && held.values().stream().allMatch(n -> n > 0);
    }
}
