package ai.netra.apex.backend.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Appends a run's events: first to Redis, then to the readers of this replica, so that no reader
 * sees what another owner could contradict. While Redis is away the events go to the readers here
 * alone; when it is back the next append brings along what it misses.
 *
 * <p>Thread-safe; one append per run at a time.
 */
final class RunLog {

    /** What became of an append. */
    enum Outcome {
        /** In Redis and here. */
        SHARED,
        /** Here alone. */
        LOCAL,
        /** Nowhere: another owner has the run. */
        FENCED
    }

    private final RunStream stream;
    private final RunChannel channel;
    private final long fence;

    RunLog(RunStream stream, RunChannel channel, long fence) {
        this.stream = stream;
        this.channel = channel;
        this.fence = fence;
    }

    RunChannel channel() {
        return channel;
    }

    /**
     * Appends {@code batch}, which follows what the channel has; {@code done} hears the outcome.
     */
    void append(List<RunEvent> batch, Consumer<Outcome> done) {
        send(channel.last() + 1, batch, batch, true, done);
    }

    private void send(
            long first,
            List<RunEvent> events,
            List<RunEvent> batch,
            boolean mayCatchUp,
            Consumer<Outcome> done) {
        CompletionStage<Long> appended = stream.append(channel.runId(), fence, first, events);
        var _ =
                appended.whenComplete(
                        (last, failure) -> {
                            if (failure != null) {
                                deliver(batch, Outcome.LOCAL, done);
                            } else if (last == RunStream.FENCED) {
                                done.accept(Outcome.FENCED);
                            } else if (last < first - 1 && mayCatchUp) {
                                var missing = new ArrayList<>(channel.after(last, MAX));
                                missing.addAll(batch);
                                send(last + 1, missing, batch, false, done);
                            } else {
                                deliver(batch, Outcome.SHARED, done);
                            }
                        });
    }

    private void deliver(List<RunEvent> batch, Outcome outcome, Consumer<Outcome> done) {
        channel.append(batch);
        done.accept(outcome);
    }

    private static final int MAX = Integer.MAX_VALUE / 2;
}
