package ai.netra.apex.database.admission;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The waiters of one rank: first come, first served within a user, users in turn. Adding, removing
 * and turning are O(1); finding the next is O(users at their limit), of which there are never more
 * than permits.
 *
 * <p>Not thread-safe: guarded by the gate's lock.
 */
final class RankQueue {

    /** In the place of a user; equal to no name, not even to the empty one. */
    private static final Object NOBODY = new Object();

    private final LinkedHashMap<Object, LinkedHashSet<Waiter>> ring = new LinkedHashMap<>();
    private int size;

    int size() {
        return size;
    }

    void add(Waiter waiter) {
        ring.computeIfAbsent(key(waiter.user), _ -> new LinkedHashSet<>()).add(waiter);
        size++;
    }

    /** Removes a waiter wherever it stands; false when it is not here. */
    boolean remove(Waiter waiter) {
        Object key = key(waiter.user);
        LinkedHashSet<Waiter> own = ring.get(key);
        if (own == null || !own.remove(waiter)) {
            return false;
        }
        if (own.isEmpty()) {
            ring.remove(key);
        }
        size--;
        return true;
    }

    /** The waiter whose turn it is among the users that {@code eligible} lets pass. */
    @Nullable Waiter next(Predicate<@Nullable String> eligible) {
        for (LinkedHashSet<Waiter> own : ring.values()) {
            Waiter first = own.getFirst();
            if (eligible.test(first.user)) {
                return first;
            }
        }
        return null;
    }

    /** Removes the waiter and puts its user at the end of the ring. */
    void take(Waiter waiter) {
        remove(waiter);
        Object key = key(waiter.user);
        LinkedHashSet<Waiter> rest = ring.remove(key);
        if (rest != null) {
            ring.put(key, rest);
        }
    }

    /** The waiter that came last; null when nobody waits. */
    @Nullable Waiter newest() {
        Waiter newest = null;
        for (LinkedHashSet<Waiter> own : ring.values()) {
            Waiter last = own.getLast();
            if (newest == null || last.order > newest.order) {
                newest = last;
            }
        }
        return newest;
    }

    /** Removes and returns any waiter; null when nobody waits. */
    @Nullable Waiter drain() {
        Iterator<LinkedHashSet<Waiter>> users = ring.values().iterator();
        if (!users.hasNext()) {
            return null;
        }
        Waiter waiter = users.next().getFirst();
        remove(waiter);
        return waiter;
    }

    private static Object key(@Nullable String user) {
        return user == null ? NOBODY : user;
    }
}
