package ai.netra.apex.backend.run;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.jspecify.annotations.Nullable;

/**
 * What happened on the way to an answer, as it is stored with the answer.
 *
 * @param type {@code agent_thinking} or {@code tool}
 * @param at the offset in the answer where it happened, in UTF-16 units
 * @param arguments a JSON value
 * @param result a JSON value; null while the tool is at work, or when the run ended before
 */
record Step(
        String type,
        int at,
        @Nullable String thought,
        @Nullable Integer step,
        @Nullable String tool,
        @JsonRawValue @Nullable String arguments,
        @JsonRawValue @Nullable String result,
        @Nullable Long durationMs) {

    static Step thinking(int at, String thought, int step) {
        return new Step(RunEvent.AGENT_THINKING, at, thought, step, null, null, null, null);
    }

    static Step tool(int at, String tool, String arguments) {
        return new Step("tool", at, null, null, tool, arguments, null, null);
    }

    Step completed(String result, long durationMs) {
        return new Step(type, at, thought, step, tool, arguments, result, durationMs);
    }

    boolean isOpenCallOf(String name) {
        return name.equals(tool) && result == null;
    }
}
