package ai.netra.apex.backend.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a run's executor to end, once; the first reason counts. Thread-safe. */
final class StopSignal {

    private static final Logger log = LoggerFactory.getLogger(StopSignal.class);

    @GuardedBy("this")
    private final Set<Runnable> actions = new LinkedHashSet<>();

    private volatile @Nullable StopReason reason;
    private volatile long givenAt;

    /** Returns whether this was the first reason. */
    boolean give(StopReason why) {
        List<Runnable> due;
        synchronized (this) {
            if (reason != null) {
                return false;
            }
            givenAt = System.nanoTime();
            reason = why;
            due = List.copyOf(actions);
            actions.clear();
        }
        if (!due.isEmpty()) {
            // Away from the caller: closing a socket may block, and callers hold locks.
            Thread.ofVirtual().name("run-stop").start(() -> due.forEach(StopSignal::runQuietly));
        }
        return true;
    }

    @Nullable StopReason reason() {
        return reason;
    }

    /** Since when it is given; null when it is not. */
    @Nullable Duration givenFor() {
        return reason == null ? null : Duration.ofNanos(System.nanoTime() - givenAt);
    }

    /** Runs {@code action} when it is given, at once when it is already; until closed. */
    RunSink.Registration onStop(Runnable action) {
        synchronized (this) {
            if (reason == null) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        runQuietly(action);
        return () -> {};
    }

    private synchronized void remove(Runnable action) {
        actions.remove(action);
    }

    private static void runQuietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.warn("a stop action failed", e);
        }
    }
}
