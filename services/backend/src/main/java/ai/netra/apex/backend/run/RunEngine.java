package ai.netra.apex.backend.run;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.resilience.Slots;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the runs of this replica, each on a virtual thread, at most so many at once; renews the
 * replica's lease, takes over what others left, and stops what should stop.
 *
 * <p>The lease is one row per replica on the database's clock. A replica that was silent for longer
 * than the lease may find its runs taken: it learns so from the fencing token, which every append
 * and every final write carries, or from its next heartbeat, whichever is first.
 *
 * <p>Thread-safe.
 */
final class RunEngine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RunEngine.class);
    private static final String STOP_CHANNEL = "apex:run:stop";
    private static final Duration INTERRUPT_AFTER = Duration.ofSeconds(2);
    private static final Duration ABANDON_AFTER = Duration.ofSeconds(8);
    private static final int CLAIM_AT_ONCE = 50;
    private static final int FORGET_EVERY = 600;

    private final Supplier<RunConfig> config;
    private final RunStore store;
    private final RunHub hub;
    private final RedisLink redis;
    private final RunExecution.Parts parts;
    private final ExecutorService threads;
    private final Slots places = new Slots();
    private final Set<UUID> held = ConcurrentHashMap.newKeySet();
    private final Map<UUID, RunExecution> executions = new ConcurrentHashMap<>();
    private final Thread heart;
    private volatile boolean draining;
    private int beats;

    RunEngine(RunExecution.Parts parts, RedisLink redis, ExecutorService threads) {
        this.config = parts.config();
        this.store = parts.store();
        this.hub = parts.hub();
        this.redis = redis;
        this.parts = parts;
        this.threads = threads;
        this.heart = Thread.ofPlatform().daemon().name("run-heart").unstarted(this::beat);
    }

    /** Takes the lease and begins to work. */
    void start() {
        redis.subscribe(STOP_CHANNEL, this::stopHere);
        redis.onReturn(() -> executions.values().forEach(e -> e.worker().heal()));
        heart.start();
    }

    /** Keeps a place for one run, if there is one. */
    boolean reserve() {
        return !draining && places.tryTake(config.get().maxRunning());
    }

    /** Gives the place back unused. */
    void unreserve() {
        places.release();
    }

    /** Executes a run for which a place was reserved. */
    void execute(OpenRun run) {
        if (!held.add(run.id())) {
            places.release();
            return;
        }
        parts.counters().taken(run.attempt() > 1);
        threads.execute(() -> executeHere(run));
    }

    private void executeHere(OpenRun run) {
        try {
            var execution = new RunExecution(run, parts);
            executions.put(run.id(), execution);
            RequestContext.of(run.userId().toString(), "run")
                    .withPriority(Priority.HIGH)
                    .withCorrelationId(execution.correlationId())
                    .run(execution);
        } finally {
            executions.remove(run.id());
            held.remove(run.id());
            hub.released(run.id());
            places.release();
        }
    }

    /** Tells every replica that {@code runId} should stop. */
    void announceStop(UUID runId) {
        stopHere(runId.toString());
        redis.publish(STOP_CHANNEL, runId.toString());
    }

    private void stopHere(String runId) {
        RunExecution execution = executions.get(UUID.fromString(runId));
        if (execution != null) {
            execution.worker().stop(StopReason.PERSON);
        }
    }

    int running() {
        return executions.size();
    }

    private void beat() {
        while (!Thread.currentThread().isInterrupted()) {
            long next = System.nanoTime() + config.get().heartbeat().toNanos();
            try {
                // A lease must not run out because others are waiting for sessions too.
                RequestContext.of(null, "run heartbeat")
                        .withPriority(Priority.CRITICAL)
                        .within(config.get().lease())
                        .run(this::heartbeat);
            } catch (RuntimeException e) {
                log.warn("no heartbeat: {}", e.getMessage());
            }
            try {
                watch();
                RequestContext.of(null, "run events").within(config.get().lease()).run(hub::tick);
            } catch (RuntimeException e) {
                log.error("open runs could not be looked after", e);
            }
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void heartbeat() {
        Set<UUID> before = Set.copyOf(executions.keySet());
        var owned = new HashSet<UUID>();
        for (RunStore.Owned run : store.heartbeat()) {
            owned.add(run.id());
            RunExecution execution = executions.get(run.id());
            if (execution != null && run.stopRequested()) {
                execution.worker().stop(StopReason.PERSON);
            }
        }
        for (UUID id : before) {
            RunExecution execution = executions.get(id);
            if (execution != null && !owned.contains(id) && !execution.over()) {
                execution.worker().stop(StopReason.TAKEN_OVER);
            }
        }
        claim();
        if (++beats % FORGET_EVERY == 0) {
            store.forgetReplicas();
        }
    }

    private void claim() {
        if (draining) {
            return;
        }
        int room = 0;
        while (room < CLAIM_AT_ONCE && places.tryTake(config.get().maxRunning())) {
            room++;
        }
        int used = 0;
        try {
            if (room > 0) {
                List<OpenRun> claimed = store.claim(room, held);
                for (OpenRun run : claimed) {
                    used++;
                    execute(run);
                }
            }
        } finally {
            for (; used < room; used++) {
                places.release();
            }
        }
    }

    private void watch() {
        for (RunExecution execution : executions.values()) {
            if (execution.pastDeadline()) {
                execution.worker().stop(StopReason.DEADLINE);
            }
            Duration stopped = execution.worker().stoppedFor();
            if (stopped != null && stopped.compareTo(ABANDON_AFTER) > 0) {
                threads.execute(execution::abandon);
            } else if (stopped != null && stopped.compareTo(INTERRUPT_AFTER) > 0) {
                execution.interrupt();
            }
        }
    }

    /** Takes no more runs, waits for those at work, and leaves the rest to the other replicas. */
    @Override
    public void close() {
        draining = true;
        long until = System.nanoTime() + config.get().drain().toNanos();
        while (!executions.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        executions.values().forEach(e -> e.worker().stop(StopReason.SHUTDOWN));
        heart.interrupt();
        try {
            store.releaseLease();
        } catch (RuntimeException e) {
            log.warn("the lease could not be given back: {}", e.getMessage());
        }
    }
}
