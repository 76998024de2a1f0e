package ai.netra.apex.backend.run;

/**
 * Executes one run: asks a model, calls tools, and tells the sink what happens. Called on a virtual
 * thread of its own, with no database session open; it may block as long as the deadline allows.
 *
 * <p>When {@link RunSink#stopped()} it returns what it has, within a second; the engine records the
 * run as stopped whatever is returned or thrown then. Interrupting its thread means the same.
 */
public interface RunExecutor {

    /** The name shown as the agent of {@code model}'s runs. */
    default String agent(String model) {
        return "assistant";
    }

    /**
     * Executes {@code request} to its end.
     *
     * @throws RunFailedException when there is no answer: the person is told its detail
     */
    RunResult execute(RunRequest request, RunSink sink) throws RunFailedException;
}
