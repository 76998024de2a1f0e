package ai.netra.apex.backend.run;

/**
 * Where an executor puts what happens during one run. Every call becomes an event of the run,
 * numbered in the order of the calls; texts that come close together become one event.
 *
 * <p>Calls return at once and never throw for a reader's sake. After the run was stopped, or taken
 * over by another replica, they do nothing: the executor asks {@link #stopped()} and returns.
 *
 * <p>Thread-safe, but the order of calls from several threads is theirs to arrange.
 */
public interface RunSink {

    /** A thought worth showing; {@code step} counts from 1. */
    void thinking(String thought, int step);

    /** The next piece of the answer, in order; empty pieces are ignored. */
    void textDelta(String text);

    /** A tool is being called; {@code argumentsJson} is a JSON value. */
    void toolExecuting(String tool, String argumentsJson);

    /**
     * The call announced last for {@code tool} is over; {@code resultJson} is a JSON value, shown
     * shortened when it is longer than the configured bound.
     */
    void toolCompleted(String tool, String resultJson, long durationMs);

    /** Whether the run should end now: stopped by the person, past its deadline, or not ours. */
    boolean stopped();

    /**
     * Registers what to do when the run is stopped, such as closing the provider's socket. Runs at
     * once when the run is stopped already. The action must be quick and must not throw.
     *
     * @return takes the action back when closed; closing twice is harmless
     */
    Registration onStop(Runnable action);

    /** Something registered, until it is closed. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
