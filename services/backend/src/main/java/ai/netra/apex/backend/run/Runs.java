package ai.netra.apex.backend.run;

import ai.netra.apex.servicekit.http.ApiException;
import java.util.UUID;
import java.util.function.Supplier;

/** The face of the run engine for the rest of the service. Thread-safe. */
public final class Runs {

    private final RunStore store;
    private final RunEngine engine;
    private final RunHub hub;
    private final Supplier<RunConfig> config;
    private final RunCounters counters;

    Runs(
            RunStore store,
            RunEngine engine,
            RunHub hub,
            Supplier<RunConfig> config,
            RunCounters counters) {
        this.store = store;
        this.engine = engine;
        this.hub = hub;
        this.config = config;
        this.counters = counters;
    }

    /** Begins to make a run; to be closed. */
    public RunAdmission admit() {
        return new RunAdmission(store, engine, config.get(), counters);
    }

    /**
     * A run of {@code userId}.
     *
     * @throws ApiException 404 when there is none by that id which this person may see
     */
    public RunView get(UUID runId, UUID userId) {
        return store.find(runId, userId).orElseThrow(() -> ApiException.notFound("The run"));
    }

    /**
     * Asks the run to stop, on whichever replica it is; harmless when it is over.
     *
     * @return the run after that
     * @throws ApiException 404 as {@link #get}
     */
    public RunView stop(UUID runId, UUID userId) {
        RunView run = get(runId, userId);
        if (run.over()) {
            return run;
        }
        store.requestStop(runId);
        engine.announceStop(runId);
        return get(runId, userId);
    }

    /** Stops a run that nobody may see any more. */
    public void abort(UUID runId) {
        store.requestStop(runId);
        engine.announceStop(runId);
    }

    /**
     * Reads the events of a run that the caller may see.
     *
     * @param afterSequence the last sequence the reader has, 0 for none
     * @param onEvents told, on any thread, whenever there may be more; must return at once
     */
    public RunSubscription subscribe(
            UUID runId, UUID threadId, long afterSequence, Runnable onEvents) {
        return hub.subscribe(runId, threadId, afterSequence, onEvents);
    }

    /** Runs one person may have open at once. */
    public int maxOpenPerUser() {
        return config.get().maxOpenPerUser();
    }
}
