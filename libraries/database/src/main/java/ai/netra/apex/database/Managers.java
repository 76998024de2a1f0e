package ai.netra.apex.database;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The managers of this process that are not closed yet, for {@link LeakCheck}. Thread-safe. */
final class Managers {

    private static final Set<DatabaseManager> OPEN = ConcurrentHashMap.newKeySet();
    private static final List<Consumer<DatabaseManager>> WATCHERS = new CopyOnWriteArrayList<>();

    private Managers() {}

    static void starting(DatabaseManager manager) {
        OPEN.add(manager);
        WATCHERS.forEach(watcher -> watcher.accept(manager));
    }

    static void closed(DatabaseManager manager) {
        OPEN.remove(manager);
    }

    static Set<DatabaseManager> open() {
        return Set.copyOf(OPEN);
    }

    static void watch(Consumer<DatabaseManager> watcher) {
        WATCHERS.add(watcher);
    }

    static void forget(Consumer<DatabaseManager> watcher) {
        WATCHERS.remove(watcher);
    }
}
