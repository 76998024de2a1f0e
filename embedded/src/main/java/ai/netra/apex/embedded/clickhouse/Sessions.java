package ai.netra.apex.embedded.clickhouse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engine's sessions, so many as statements may run at once. Who finds none free waits for a
 * bounded time, and no more than so many wait. Thread-safe.
 */
final class Sessions {

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final int WAITING_PER_SESSION = 16;

    /** A statement gets the engine's session and nobody else does meanwhile. */
    @FunctionalInterface
    interface Work {
        void run(Chdb.Session session);
    }

    private final BlockingQueue<Chdb.Session> free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitingLimit;

    Sessions(Chdb chdb, Path data, int count, Duration statementTimeout) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max_execution_time", Long.toString(statementTimeout.toSeconds()));
        settings.put("max_memory_usage", Long.toString(1L << 30));
        // Results are handed out whole: this bounds them.
        settings.put("max_result_bytes", Long.toString(256L << 20));
        settings.put("result_overflow_mode", "throw");
        this.free = new ArrayBlockingQueue<>(count);
        this.waitingLimit = count * WAITING_PER_SESSION;
        for (int i = 0; i < count; i++) {
            free.add(chdb.connect(data, settings));
        }
    }

    /**
     * Runs with a session.
     *
     * @throws EngineFailure with TOO_MANY_SIMULTANEOUS_QUERIES when none becomes free in time
     */
    void with(Work work) {
        Chdb.Session session = take();
        try {
            work.run(session);
        } finally {
            free.add(session);
        }
    }

    private Chdb.Session take() {
        if (waiting.incrementAndGet() > waitingLimit) {
            waiting.decrementAndGet();
            throw busy();
        }
        try {
            Chdb.Session session = free.poll(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (session == null) {
                throw busy();
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private static EngineFailure busy() {
        return new EngineFailure(
                EngineError.of(
                        EngineError.TOO_MANY_SIMULTANEOUS_QUERIES,
                        "TOO_MANY_SIMULTANEOUS_QUERIES",
                        "Too many simultaneous queries: try again later."));
    }
}
