package ai.netra.apex.backend.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells one piece of work to end, from any thread. Thread-safe. Actions run once, on the thread
 * that cancels, or at once when it is cancelled already.
 */
public final class Cancellation {

    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** Cancels; the second time does nothing. */
    public void cancel() {
        List<Runnable> toRun;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = List.copyOf(actions);
            actions.clear();
        }
        toRun.forEach(Runnable::run);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Registers what cancelling does; closing takes it back. */
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> {
                    synchronized (this) {
                        actions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    /** Something registered, until it is closed. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
