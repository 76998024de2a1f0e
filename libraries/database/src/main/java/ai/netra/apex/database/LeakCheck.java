package ai.netra.apex.database;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Whether every manager of this process has back what it lent: no session and no permit is out,
 * nobody waits, {@code opened = released + reclaimed}, and a closed one holds no connection. It
 * watches those that were open when it began and all that start until it is closed. For tests, and
 * for whoever wants to know at the end of a process. Thread-safe.
 */
public final class LeakCheck implements AutoCloseable {

    private static final long LOOK = 1_000_000;

    private final Set<DatabaseManager> before = Managers.open();
    private final Set<DatabaseManager> since = ConcurrentHashMap.newKeySet();
    private final Consumer<DatabaseManager> watcher = since::add;

    private LeakCheck() {
        Managers.watch(watcher);
    }

    /** Watches from now on. */
    public static LeakCheck begin() {
        return new LeakCheck();
    }

    /**
     * What is not in order, a sentence each; empty when all is. What is just about to return has
     * {@code patience} to do so: each manager has to be in order at one moment of it.
     */
    public List<String> findings(Duration patience) {
        Map<DatabaseManager, List<String>> wrong = new LinkedHashMap<>();
        before.forEach(manager -> wrong.put(manager, List.of()));
        since.forEach(manager -> wrong.put(manager, List.of()));
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            wrong.replaceAll((manager, _) -> findings(manager));
            wrong.values().removeIf(List::isEmpty);
            if (wrong.isEmpty() || System.nanoTime() - end >= 0) {
                return wrong.values().stream().flatMap(List::stream).toList();
            }
            LockSupport.parkNanos(LOOK);
        }
    }

    /** The managers that started since this began, by name; several may have the same. */
    public List<String> started() {
        return since.stream().map(DatabaseManager::name).sorted().toList();
    }

    /** Those of {@link #started} that are not closed. */
    public List<String> startedAndOpen() {
        return since.stream()
                .filter(manager -> !manager.isClosed())
                .map(DatabaseManager::name)
                .sorted()
                .toList();
    }

    /** What is not in order with one manager at this moment. */
    public static List<String> findings(DatabaseManager manager) {
        DatabaseSnapshot now = manager.snapshot();
        List<String> found = new ArrayList<>();
        now.sessions().forEach(session -> found.add("left open: " + session.describe()));
        if (found.isEmpty() && now.inUse() != 0) {
            found.add("permits out without a session: " + now.inUse());
        }
        if (now.waiting() != 0) {
            found.add("still waiting for a session: " + now.waiting());
        }
        if (found.isEmpty() && manager.unaccountedSessions() != 0) {
            found.add("unaccounted sessions: " + manager.unaccountedSessions());
        }
        if (manager.isClosed() && manager.connectionsOpen() != 0) {
            found.add("connections of a closed manager: " + manager.connectionsOpen());
        }
        return found.stream().map(each -> "database '" + manager.name() + "': " + each).toList();
    }

    /** Watches no longer. */
    @Override
    public void close() {
        Managers.forget(watcher);
    }
}
