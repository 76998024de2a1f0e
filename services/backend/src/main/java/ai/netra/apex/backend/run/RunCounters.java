package ai.netra.apex.backend.run;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * What this replica did with runs. They reconcile: taken = completed + failed + stopped + lost +
 * running.
 */
final class RunCounters {

    private final Counter taken;
    private final Counter completed;
    private final Counter failed;
    private final Counter stopped;
    private final Counter lost;
    private final Counter takenOver;
    private final Counter refused;

    RunCounters(MeterRegistry metrics, Supplier<Number> running, Supplier<Number> held) {
        this.taken = metrics.counter("apex.runs.taken");
        this.completed = metrics.counter("apex.runs.ended", "state", "completed");
        this.failed = metrics.counter("apex.runs.ended", "state", "failed");
        this.stopped = metrics.counter("apex.runs.ended", "state", "stopped");
        this.lost = metrics.counter("apex.runs.ended", "state", "lost");
        this.takenOver = metrics.counter("apex.runs.taken.over");
        this.refused = metrics.counter("apex.runs.refused");
        Gauge.builder("apex.runs.running", running).register(metrics);
        Gauge.builder("apex.runs.channels", held).register(metrics);
    }

    void taken(boolean fromAnother) {
        taken.increment();
        if (fromAnother) {
            takenOver.increment();
        }
    }

    void ended(RunState state) {
        switch (state) {
            case COMPLETED -> completed.increment();
            case FAILED -> failed.increment();
            case STOPPED -> stopped.increment();
            case QUEUED, RUNNING -> throw new IllegalArgumentException("the run is not over");
        }
    }

    /** Another replica has it, or its end could not be stored. */
    void lost() {
        lost.increment();
    }

    void refused() {
        refused.increment();
    }
}
