package ai.netra.apex.backend.run;

import ai.netra.apex.backend.storage.DatabaseProblems;
import ai.netra.apex.contracts.Correlation;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.resilience.Backoff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.json.JsonMapper;

/**
 * One run from its start on this replica to its stored end. Sessions are taken twice, each for one
 * statement: for the history before the model is asked, and for the end after it is done.
 */
final class RunExecution implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(RunExecution.class);
    private static final Duration REDIS_LIMIT = Duration.ofSeconds(3);
    private static final Duration STORE_LIMIT = Duration.ofMinutes(15);
    private static final Backoff DATABASE_WAIT =
            new Backoff(Duration.ofMillis(400), Duration.ofSeconds(5), Duration.ofMillis(50));

    /** One attempt in so many is told: a busy database needs no busy log. */
    private static final int TELL_EVERY = 10;

    private final OpenRun run;
    private final Parts parts;

    /** The bounds of the moment it began; newer ones are for those that begin later. */
    private final RunConfig config;

    private final RunChannel channel;
    private final RunWorker worker;
    private final Instant deadline;
    private final Instant began;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean interrupted = new AtomicBoolean();
    private volatile @Nullable Thread thread;

    /** What every execution works with. */
    record Parts(
            Supplier<RunConfig> config,
            RunStore store,
            RunStream stream,
            RunHub hub,
            RunExecutor executor,
            EventFormat format,
            JsonMapper json,
            Clock clock,
            java.util.concurrent.ScheduledExecutorService timer,
            RunCounters counters,
            RunListener listener) {}

    RunExecution(OpenRun run, Parts parts) {
        this.run = run;
        this.parts = parts;
        this.config = parts.config().get();
        this.began = parts.clock().instant();
        this.deadline = began.plus(config.maxDuration());
        this.channel = parts.hub().local(run);
        if (run.attempt() > 1) {
            takeStreamOver();
        }
        this.worker =
                new RunWorker(
                        run,
                        config,
                        new RunLog(parts.stream(), channel, run.fence()),
                        parts.format(),
                        parts.clock(),
                        parts.timer());
    }

    OpenRun openRun() {
        return run;
    }

    RunWorker worker() {
        return worker;
    }

    boolean pastDeadline() {
        return parts.clock().instant().isAfter(deadline);
    }

    /** Whether its end is being stored, or is. */
    boolean over() {
        return ending.get();
    }

    /** For an executor that does not return although it was asked to stop. */
    void interrupt() {
        Thread current = thread;
        if (current != null && !ending.get() && interrupted.compareAndSet(false, true)) {
            current.interrupt();
        }
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        MDC.put(Correlation.LOG_KEY, correlationId());
        try {
            List<RunEvent> before = channel.after(0, Integer.MAX_VALUE / 2);
            if (run.attempt() > 1 && cannotStartAgain(before)) {
                endAsBroken(before);
            } else {
                execute();
            }
        } finally {
            MDC.remove(Correlation.LOG_KEY);
        }
    }

    /** Ends the run without its executor, which did not react to its stop. */
    void abandon() {
        finish(null, null);
    }

    private void execute() {
        RunResult result = null;
        RunFailedException failure = null;
        try {
            List<ChatTurn> history = history();
            worker.emit(
                    parts.format()
                            .started(
                                    parts.executor().agent(run.model()),
                                    run.model(),
                                    run.answerId()));
            var request =
                    new RunRequest(
                            run.id(),
                            run.threadId(),
                            run.userId(),
                            run.model(),
                            history,
                            deadline,
                            run.attempt());
            result = parts.executor().execute(request, worker);
            if (!worker.wroteText()) {
                worker.textDelta(result.text());
            }
        } catch (RunFailedException e) {
            failure = e;
        } catch (Exception | StackOverflowError e) {
            if (worker.stopReason() == null) {
                log.error("run {} failed", run.id(), e);
            }
            failure =
                    new RunFailedException(
                            ErrorCode.INTERNAL,
                            "The answer failed for a reason of ours. Ask again; if it stays, give"
                                    + " the correlation id to the operator.",
                            null,
                            e);
        }
        finish(result, failure);
    }

    /** What the model is told. The message was accepted: a database that is busy is waited for. */
    private List<ChatTurn> history() throws InterruptedException {
        for (int failures = 1; ; failures++) {
            try {
                return parts.store()
                        .history(run, config.historyTurns(), config.historyCharacters());
            } catch (RuntimeException e) {
                if (!DatabaseProblems.passes(e) || worker.stopReason() != null) {
                    throw e;
                }
                awaitDatabase("run", failures, e);
            }
        }
    }

    private void awaitDatabase(String what, int failures, RuntimeException reason)
            throws InterruptedException {
        if (failures % TELL_EVERY == 1) {
            log.warn("{} {} waits for the database: {}", what, run.id(), reason.getMessage());
        }
        Thread.sleep(DATABASE_WAIT.after(failures, ThreadLocalRandom.current()));
    }

    private void finish(@Nullable RunResult result, @Nullable RunFailedException failure) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        // A stop may have interrupted this thread: what follows is the engine's own work.
        boolean again = Thread.interrupted();
        try {
            StopReason reason = worker.stopReason();
            RunWorker.Written written = worker.close(parts.json(), REDIS_LIMIT);
            if (reason == StopReason.TAKEN_OVER || reason == StopReason.SHUTDOWN) {
                parts.counters().lost();
                return;
            }
            Usage usage = result == null ? Usage.NONE : result.usage();
            if (reason == StopReason.PERSON) {
                store(RunState.STOPPED, written, null, usage);
            } else if (reason != null) {
                store(RunState.FAILED, written, problemOf(reason), usage);
            } else if (failure != null) {
                store(RunState.FAILED, written, problemOf(failure), usage);
            } else {
                store(RunState.COMPLETED, written, null, usage);
            }
        } catch (InterruptedException e) {
            again = true;
            parts.counters().lost();
        } finally {
            if (again) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stores the end, however long the database is away, then tells the readers. */
    private void store(
            RunState state, RunWorker.Written written, @Nullable Problem problem, Usage usage)
            throws InterruptedException {
        var end =
                new RunStore.Ending(
                        state,
                        written.nextSequence(),
                        written.text(),
                        written.steps(),
                        problem == null ? null : parts.json().writeValueAsString(problem),
                        usage);
        Optional<Instant> endedAt = storeWithRetries(end);
        if (endedAt.isEmpty()) {
            log.warn("run {} is not ours any more: its end here is dropped", run.id());
            parts.counters().lost();
            return;
        }
        long duration = Duration.between(began, endedAt.get()).toMillis();
        EventFormat.Draft draft =
                switch (state) {
                    case COMPLETED ->
                            parts.format().completed(run.answerId(), Math.max(0, duration), usage);
                    case FAILED -> parts.format().failedRaw(run.answerId(), end.problem());
                    default -> parts.format().stopped(run.answerId());
                };
        worker.end(
                parts.format()
                        .render(
                                draft,
                                run.id(),
                                run.threadId(),
                                end.lastSequence(),
                                endedAt.get()));
        parts.counters().ended(state);
        parts.listener().ended(run.userId(), run.threadId());
    }

    private Optional<Instant> storeWithRetries(RunStore.Ending end) throws InterruptedException {
        long giveUp = System.nanoTime() + STORE_LIMIT.toNanos();
        for (int failures = 1; ; failures++) {
            try {
                if (failures > 1) {
                    Optional<Instant> before = parts.store().finishedBy(run, end.state());
                    if (before.isPresent()) {
                        return before;
                    }
                }
                return parts.store().finish(run, end);
            } catch (RuntimeException e) {
                if (System.nanoTime() > giveUp) {
                    log.error("the end of run {} could not be stored", run.id(), e);
                    return Optional.empty();
                }
                awaitDatabase("the end of run", failures, e);
            }
        }
    }

    /**
     * Fences the former owner off the stream and learns what it wrote. Without Redis nothing is
     * learnt.
     */
    private void takeStreamOver() {
        try {
            await(parts.stream().claim(run.id(), run.fence()));
            List<RunEvent> page;
            do {
                page = await(parts.stream().read(run.id(), channel.last()));
                channel.append(page);
            } while (!page.isEmpty() && page.getFirst().sequence() <= channel.last());
        } catch (ExecutionException | TimeoutException | CompletionException e) {
            log.warn("events of run {} could not be read: {}", run.id(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T await(java.util.concurrent.CompletionStage<T> stage)
            throws ExecutionException, TimeoutException, InterruptedException {
        return stage.toCompletableFuture().get(REDIS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Text that a person may have read is not written anew. */
    private boolean cannotStartAgain(List<RunEvent> before) {
        return run.attempt() > config.maxAttempts()
                || !parts.stream().available()
                || before.stream().anyMatch(e -> e.type().equals(RunEvent.TEXT_DELTA));
    }

    private void endAsBroken(List<RunEvent> before) {
        StepLog.Told told = StepLog.read(before, parts.format());
        var written =
                new RunWorker.Written(
                        told.text(), told.steps().toJson(parts.json()), channel.last() + 1);
        Problem problem =
                Problem.of(
                                ErrorCode.UNAVAILABLE,
                                "The server that wrote this answer went down. What it wrote is"
                                        + " kept; ask again for a whole answer.",
                                correlationId())
                        .retryAfter(1);
        try {
            if (ending.compareAndSet(false, true)) {
                store(RunState.FAILED, written, problem, Usage.NONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            parts.counters().lost();
        }
    }

    private Problem problemOf(RunFailedException failure) {
        Problem problem = Problem.of(failure.code(), failure.detail(), correlationId());
        Duration wait = failure.retryAfter();
        return wait == null ? problem : problem.retryAfter(wait.plusMillis(999).toSeconds());
    }

    private Problem problemOf(StopReason reason) {
        return switch (reason) {
            case DEADLINE ->
                    Problem.of(
                            ErrorCode.TIMEOUT,
                            "The answer took longer than %d seconds and was ended. Ask for less at once."
                                    .formatted(config.maxDuration().toSeconds()),
                            correlationId());
            case TOO_LONG ->
                    Problem.of(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "The answer grew over %d characters and was ended. Ask for it in parts."
                                    .formatted(config.maxAnswerCharacters()),
                            correlationId());
            case TOO_MANY_EVENTS ->
                    Problem.of(
                            ErrorCode.PAYLOAD_TOO_LARGE,
                            "The answer took more than %d steps and was ended. Ask for it in parts."
                                    .formatted(config.maxEvents()),
                            correlationId());
            case PERSON, TAKEN_OVER, SHUTDOWN ->
                    throw new IllegalArgumentException("not a failure: " + reason);
        };
    }

    /** Finds the run in logs and traces. */
    String correlationId() {
        return run.id().toString().replace("-", "");
    }
}
