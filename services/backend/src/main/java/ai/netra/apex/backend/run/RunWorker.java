package ai.netra.apex.backend.run;

import ai.netra.apex.backend.run.EventFormat.Draft;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run in execution: numbers its events, joins texts that come close together, and remembers the
 * answer and its steps for the end. One append is under way at a time; what comes meanwhile waits
 * and goes out together, so a slow Redis makes larger batches, not longer queues.
 *
 * <p>Thread-safe.
 */
final class RunWorker implements RunSink {

    private final OpenRun run;
    private final RunConfig config;
    private final RunLog runLog;
    private final EventFormat format;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();

    @GuardedBy("lock")
    private final StringBuilder answer = new StringBuilder();

    @GuardedBy("lock")
    private final StepLog steps = new StepLog();

    @GuardedBy("lock")
    private final StringBuilder pendingText = new StringBuilder();

    @GuardedBy("lock")
    private List<Draft> outbox = new ArrayList<>();

    @GuardedBy("lock")
    private long sequence;

    @GuardedBy("lock")
    private boolean appending;

    @GuardedBy("lock")
    private boolean flushScheduled;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private long lastFlush = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);

    private final StopSignal stop = new StopSignal();

    RunWorker(
            OpenRun run,
            RunConfig config,
            RunLog runLog,
            EventFormat format,
            Clock clock,
            ScheduledExecutorService timer) {
        this.run = run;
        this.config = config;
        this.runLog = runLog;
        this.format = format;
        this.clock = clock;
        this.timer = timer;
        this.sequence = runLog.channel().last();
    }

    OpenRun run() {
        return run;
    }

    /** Puts an event of the engine itself. */
    void emit(Draft draft) {
        lock.lock();
        try {
            putLocked(draft);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void thinking(String thought, int step) {
        String clean = Text.clean(bounded(thought));
        lock.lock();
        try {
            if (!closed) {
                takeTextLocked(true);
                steps.thinking(answer.length(), clean, step);
                putLocked(format.thinking(clean, step));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void textDelta(String text) {
        if (text.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (answer.length() + pendingText.length() + text.length()
                    > config.maxAnswerCharacters()) {
                stop(StopReason.TOO_LONG);
                return;
            }
            pendingText.append(text);
            scheduleLocked();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void toolExecuting(String tool, String argumentsJson) {
        String arguments = format.bounded(argumentsJson);
        lock.lock();
        try {
            if (!closed) {
                takeTextLocked(true);
                steps.toolExecuting(answer.length(), tool, arguments);
                putLocked(format.toolExecuting(tool, arguments));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void toolCompleted(String tool, String resultJson, long durationMs) {
        String result = format.bounded(resultJson);
        lock.lock();
        try {
            if (!closed) {
                steps.toolCompleted(tool, result, durationMs);
                putLocked(format.toolCompleted(tool, result, durationMs));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean stopped() {
        return stop.reason() != null || Thread.currentThread().isInterrupted();
    }

    @Override
    public Registration onStop(Runnable action) {
        return stop.onStop(action);
    }

    /** Asks the executor to end; the first reason counts. */
    void stop(StopReason reason) {
        if (stop.give(reason) && reason == StopReason.TAKEN_OVER) {
            lock.lock();
            try {
                closed = true;
            } finally {
                lock.unlock();
            }
        }
    }

    @Nullable StopReason stopReason() {
        return stop.reason();
    }

    /** Since when a stop is asked for; null when none is. */
    @Nullable Duration stoppedFor() {
        return stop.givenFor();
    }

    /** Brings Redis up to date after it was away, if nothing is under way that does so. */
    void heal() {
        lock.lock();
        try {
            if (appending || closed) {
                return;
            }
            appending = true;
        } finally {
            lock.unlock();
        }
        runLog.append(List.of(), this::appended);
    }

    /** The answer so far, and its steps as JSON. */
    record Written(String text, @Nullable String steps, long nextSequence) {}

    /**
     * Ends the writing: later calls do nothing. Waits, within the limit, until what was written is
     * with its readers.
     */
    Written close(JsonMapper json, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            takeTextLocked(true);
            closed = true;
            flushLocked();
            while ((appending || !outbox.isEmpty()) && left > 0) {
                left = idle.awaitNanos(left);
            }
            return new Written(
                    Text.clean(answer.toString()),
                    steps.toJson(json),
                    sequence + outbox.size() + 1);
        } finally {
            lock.unlock();
        }
    }

    boolean wroteText() {
        lock.lock();
        try {
            return !answer.isEmpty() || !pendingText.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Puts the run's last event, after its end is stored. */
    void end(RunEvent last) {
        runLog.append(List.of(last), _ -> {});
    }

    @GuardedBy("lock")
    private void putLocked(Draft draft) {
        if (closed) {
            return;
        }
        takeTextLocked(true);
        outbox.add(draft);
        flushLocked();
    }

    @GuardedBy("lock")
    private void scheduleLocked() {
        if (appending || flushScheduled) {
            return;
        }
        long wait = lastFlush + config.coalesce().toNanos() - System.nanoTime();
        if (wait <= 0) {
            flushLocked();
        } else {
            flushScheduled = true;
            var _ = timer.schedule(this::flushOnTime, wait, TimeUnit.NANOSECONDS);
        }
    }

    private void flushOnTime() {
        lock.lock();
        try {
            flushScheduled = false;
            flushLocked();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void flushLocked() {
        if (appending) {
            return;
        }
        takeTextLocked(false);
        if (outbox.isEmpty()) {
            return;
        }
        if (sequence + outbox.size() > config.maxEvents() && stop.reason() == null) {
            stop(StopReason.TOO_MANY_EVENTS);
        }
        List<Draft> drafts = outbox;
        outbox = new ArrayList<>();
        var batch = new ArrayList<RunEvent>(drafts.size());
        for (Draft draft : drafts) {
            batch.add(format.render(draft, run.id(), run.threadId(), ++sequence, clock.instant()));
        }
        appending = true;
        lastFlush = System.nanoTime();
        runLog.append(batch, this::appended);
    }

    /**
     * Moves the pending text to the outbox; half a character at its end waits unless {@code all}.
     */
    @GuardedBy("lock")
    private void takeTextLocked(boolean all) {
        int length = pendingText.length();
        if (!all && length > 0 && Character.isHighSurrogate(pendingText.charAt(length - 1))) {
            length--;
        }
        if (length == 0) {
            return;
        }
        String text = Text.clean(pendingText.substring(0, length));
        pendingText.delete(0, length);
        answer.append(text);
        outbox.add(format.text(text));
    }

    private void appended(RunLog.Outcome outcome) {
        if (outcome == RunLog.Outcome.FENCED) {
            stop(StopReason.TAKEN_OVER);
        }
        lock.lock();
        try {
            appending = false;
            if (closed) {
                flushLocked();
            } else if (!outbox.isEmpty()) {
                flushLocked();
            } else if (!pendingText.isEmpty()) {
                scheduleLocked();
            }
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private String bounded(String text) {
        int max = config.maxToolCharacters();
        return text.length() <= max ? text : text.substring(0, max) + "…";
    }
}
