package ai.netra.apex.backend.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events of one run as this replica knows them: a list without gaps from sequence 1, which only
 * grows, or is replaced whole when the numbering was lost (a new generation). Readers hold a
 * position and take what follows at their own speed, so a slow one costs no memory.
 *
 * <p>Thread-safe. Listeners are called without the lock and must return at once.
 */
final class RunChannel {

    private final UUID runId;
    private final UUID threadId;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();

    @GuardedBy("lock")
    private List<RunEvent> events = new ArrayList<>();

    @GuardedBy("lock")
    private int generation;

    @GuardedBy("lock")
    private long endOfOriginal = -1;

    RunChannel(UUID runId, UUID threadId) {
        this.runId = runId;
        this.threadId = threadId;
    }

    UUID runId() {
        return runId;
    }

    UUID threadId() {
        return threadId;
    }

    /** Adds those of {@code batch} that follow; what is known already is skipped. */
    void append(List<RunEvent> batch) {
        boolean grew = false;
        lock.lock();
        try {
            for (RunEvent event : batch) {
                if (event.sequence() == events.size() + 1L && !endedLocked()) {
                    events.add(event);
                    grew = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (grew) {
            listeners.forEach(Runnable::run);
        }
    }

    /**
     * Puts a complete log in place of what was known; readers start over.
     *
     * @param original the last sequence of the numbering that is gone: a reader who has that much
     *     has seen the end
     */
    void replace(List<RunEvent> log, long original) {
        lock.lock();
        try {
            events = new ArrayList<>(log);
            generation++;
            endOfOriginal = original;
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    /** The highest sequence known, 0 when none is. */
    long last() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return endedLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Up to {@code max} events after {@code sequence}. */
    List<RunEvent> after(long sequence, int max) {
        lock.lock();
        try {
            return slice(sequence, max);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a reader at {@code position} has to see next, at most {@code max} events.
     *
     * @return the events, and where the reader is after them
     */
    Read read(Position position, int max) {
        lock.lock();
        try {
            boolean renumbered = position.generation() != generation;
            boolean beyond = position.sequence() > events.size() && endedLocked();
            if (position.sequence() == 0) {
                return took(0, max, false);
            }
            if (renumbered && position.generation() == 0 && position.sequence() == endOfOriginal) {
                return new Read(List.of(), position, false, true);
            }
            if (renumbered || beyond) {
                return took(0, max, true);
            }
            return took(position.sequence(), max, false);
        } finally {
            lock.unlock();
        }
    }

    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void ignore(Runnable listener) {
        listeners.remove(listener);
    }

    boolean unheard() {
        return listeners.isEmpty();
    }

    @GuardedBy("lock")
    private Read took(long sequence, int max, boolean reset) {
        List<RunEvent> next = slice(sequence, max);
        long now = next.isEmpty() ? sequence : next.getLast().sequence();
        boolean end = endedLocked() && now >= events.size();
        return new Read(next, new Position(generation, now), reset, end);
    }

    @GuardedBy("lock")
    private List<RunEvent> slice(long sequence, int max) {
        if (sequence >= events.size()) {
            return List.of();
        }
        int from = (int) Math.max(0, sequence);
        return List.copyOf(events.subList(from, Math.min(events.size(), from + max)));
    }

    @GuardedBy("lock")
    private boolean endedLocked() {
        return !events.isEmpty() && events.getLast().last();
    }

    /** Where a reader is: the last sequence it has, in which numbering. */
    record Position(int generation, long sequence) {}

    /**
     * @param reset whether the reader has to forget what it has before these events
     * @param end whether these are the run's last
     */
    record Read(List<RunEvent> events, Position position, boolean reset, boolean end) {}
}
