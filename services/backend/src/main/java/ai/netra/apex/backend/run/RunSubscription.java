package ai.netra.apex.backend.run;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One reader of one run's events. The reader is told when there may be more, and takes them when it
 * can; between the two nothing is held for it.
 *
 * <p>Not thread-safe, except {@link #close()}.
 */
public final class RunSubscription implements AutoCloseable {

    private final RunChannel channel;
    private final EventFormat format;
    private final Runnable listener;
    private final Runnable onClose;
    private RunChannel.Position position;
    private boolean ended;

    RunSubscription(
            RunChannel channel,
            EventFormat format,
            long afterSequence,
            Runnable onEvents,
            Runnable onClose) {
        this.channel = channel;
        this.format = format;
        // An object of its own: two readers may share one callback, and each leaves alone.
        this.listener =
                new Runnable() {
                    @Override
                    public void run() {
                        onEvents.run();
                    }
                };
        this.onClose = onClose;
        this.position = new RunChannel.Position(0, afterSequence);
        channel.listen(this.listener);
    }

    public UUID runId() {
        return channel.runId();
    }

    /**
     * The next events, at most {@code max} and one {@code run_reset}; empty when none are there.
     */
    public List<RunEvent> next(int max) {
        if (ended) {
            return List.of();
        }
        RunChannel.Read read = channel.read(position, max);
        position = read.position();
        ended = read.end();
        if (!read.reset()) {
            return read.events();
        }
        var events = new ArrayList<RunEvent>(read.events().size() + 1);
        events.add(format.reset(channel.runId(), channel.threadId(), java.time.Instant.now()));
        events.addAll(read.events());
        return events;
    }

    /** Whether the run's last event was taken. */
    public boolean ended() {
        return ended;
    }

    /** Ends the subscription; closing twice is harmless. */
    @Override
    public void close() {
        channel.ignore(listener);
        onClose.run();
    }
}
