package ai.netra.apex.backend.run;

/**
 * One event of a run in its wire form, rendered once for all who read it.
 *
 * @param sequence its number within the run, from 1; 0 for {@code run_reset}
 * @param type the wire name of its type
 * @param json the whole event as a JSON object
 */
public record RunEvent(long sequence, String type, String json) {

    static final String AGENT_STARTED = "agent_started";
    static final String AGENT_THINKING = "agent_thinking";
    static final String TEXT_DELTA = "text_delta";
    static final String TOOL_EXECUTING = "tool_executing";
    static final String TOOL_COMPLETED = "tool_completed";
    static final String AGENT_COMPLETED = "agent_completed";
    static final String RUN_FAILED = "run_failed";
    static final String RUN_STOPPED = "run_stopped";
    static final String RUN_RESET = "run_reset";

    /** Whether no event follows. */
    public boolean last() {
        return switch (type) {
            case AGENT_COMPLETED, RUN_FAILED, RUN_STOPPED -> true;
            default -> false;
        };
    }
}
