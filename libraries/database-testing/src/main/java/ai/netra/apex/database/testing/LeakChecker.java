package ai.netra.apex.database.testing;

import ai.netra.apex.database.DatabaseEvent;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a session open, that leaves something behind in one, or after which the
 * books do not balance; and names who borrowed it and where.
 *
 * <pre>{@code
 * @RegisterExtension
 * final LeakChecker leaks = LeakChecker.of(() -> db);
 * }</pre>
 *
 * <p>A session that is being closed on another thread when the test ends has a moment to get there.
 */
public final class LeakChecker implements BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Supplier<@Nullable DatabaseManager> manager;
    private final Queue<DatabaseEvent.UncleanReturn> unclean = new ConcurrentLinkedQueue<>();
    private final Consumer<DatabaseEvent> listener = this::hear;
    private final AtomicLong told = new AtomicLong();
    private long before;
    private @Nullable DatabaseManager listened;
    private boolean residueAllowed;

    private LeakChecker(Supplier<@Nullable DatabaseManager> manager) {
        this.manager = manager;
    }

    /** A checker of the manager that {@code manager} gives; asked anew for each test. */
    public static LeakChecker of(Supplier<@Nullable DatabaseManager> manager) {
        return new LeakChecker(manager);
    }

    /** The same, not minding sessions that come back unclean: they are cleaned anyway. */
    public LeakChecker allowingResidue() {
        residueAllowed = true;
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        unclean.clear();
        listen();
    }

    private void listen() {
        DatabaseManager current = manager.get();
        if (current != null && !current.equals(listened)) {
            listened = current;
            told.set(0);
            before = uncleanReturns(current);
            current.onEvent(listener);
        }
    }

    private void hear(DatabaseEvent event) {
        if (event instanceof DatabaseEvent.UncleanReturn found) {
            unclean.add(found);
            told.incrementAndGet();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        DatabaseManager current = manager.get();
        try {
            if (current != null) {
                verify(current);
            }
        } finally {
            // A checker lives as long as one test, and the manager may live longer.
            if (listened != null) {
                listened.offEvent(listener);
                listened = null;
            }
        }
    }

    /** Fails now if a session is open, unclean, or unaccounted for. */
    public void verify(DatabaseManager current) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<String> problems = new ArrayList<>(LeakCheck.findings(current));
        while (!problems.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(5_000_000);
            problems = new ArrayList<>(LeakCheck.findings(current));
        }
        if (!residueAllowed) {
            // Events come a moment after what they tell.
            while (current.equals(listened)
                    && told.get() < uncleanReturns(current) - before
                    && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(5_000_000);
            }
            for (DatabaseEvent.UncleanReturn found : unclean) {
                problems.add("left behind " + found.findings() + ": " + found.session().describe());
            }
        }
        unclean.clear();
        if (!problems.isEmpty()) {
            throw new AssertionError(String.join("\n", problems));
        }
    }

    private static long uncleanReturns(DatabaseManager manager) {
        return manager.snapshot().counters().getOrDefault("unclean_returns", 0L);
    }
}
