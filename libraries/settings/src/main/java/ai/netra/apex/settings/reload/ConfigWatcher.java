package ai.netra.apex.settings.reload;

import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reloads a configuration when its files change, on SIGHUP where the JVM can take it, and when
 * asked. Files are looked at in intervals, since mounts of containers do not notify. Thread-safe.
 */
public final class ConfigWatcher implements AutoCloseable {
    private static final int MAX_HISTORY = 50;

    private final ReloadMachine machine;
    private final Duration interval;
    private final ReentrantLock lock = new ReentrantLock();
    private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(1);
    private final UnifiedConfigManager manager;
    private final Deque<ConfigEvent> history = new ConcurrentLinkedDeque<>();
    private final Thread thread;

    private ConfigWatcher(UnifiedConfigManager manager, Duration interval) {
        this.manager = manager;
        this.machine = new ReloadMachine(manager);
        manager.onReload(this::remember);
        this.interval = interval;
        this.thread = Thread.ofPlatform().daemon().name("config-watcher").unstarted(this::watch);
    }

    /**
     * Starts watching.
     *
     * @param interval how often files are looked at, for example two seconds
     */
    public static ConfigWatcher start(UnifiedConfigManager manager, Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("The interval must be positive");
        }
        ConfigWatcher watcher = new ConfigWatcher(manager, interval);
        watcher.thread.start();
        HangUp.handle(() -> watcher.asked.offer("SIGHUP"));
        return watcher;
    }

    private void watch() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                String trigger = asked.poll(interval.toMillis(), TimeUnit.MILLISECONDS);
                if (trigger != null) {
                    reloadNow(trigger);
                } else {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        lock.lock();
        try {
            machine.look(Instant.now());
        } finally {
            lock.unlock();
        }
    }

    /** Reloads at once, for example for an administrator's call. */
    public ConfigEvent reloadNow(String trigger) {
        lock.lock();
        try {
            return machine.ask(trigger, Instant.now());
        } finally {
            lock.unlock();
        }
    }

    /** What is watched. */
    public UnifiedConfigManager manager() {
        return manager;
    }

    /** The last reloads that changed or refused something, newest first: the audit to look at. */
    public List<ConfigEvent> history() {
        return List.copyOf(history);
    }

    private void remember(ConfigEvent event) {
        if (event.kind() != ConfigEvent.Kind.UNCHANGED) {
            history.addFirst(event);
            while (history.size() > MAX_HISTORY) {
                history.pollLast();
            }
        }
    }

    /** The state of the newest configuration. */
    public ConfigState state() {
        return machine.state();
    }

    /** Why the newest configuration is not in force; empty when it is. */
    public List<ConfigProblem> problems() {
        return machine.problems();
    }

    /** Stops watching. Idempotent. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
