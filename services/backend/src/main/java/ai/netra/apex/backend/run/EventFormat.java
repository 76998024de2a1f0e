package ai.netra.apex.backend.run;

import ai.netra.apex.contracts.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Renders events to their wire form, and reads them back. Thread-safe. */
final class EventFormat {

    private static final String EMPTY_OBJECT = "{}";

    private final JsonMapper json;
    private final int maxToolCharacters;

    EventFormat(JsonMapper json, int maxToolCharacters) {
        this.json = json;
        this.maxToolCharacters = maxToolCharacters;
    }

    /** An event without its number and time; {@code body} is a fragment of JSON members. */
    record Draft(String type, String body) {}

    Draft started(String agent, String model, UUID answerId) {
        return new Draft(
                RunEvent.AGENT_STARTED,
                "\"agent\":%s,\"model\":%s,\"messageId\":\"%s\""
                        .formatted(quote(agent), quote(model), answerId));
    }

    Draft thinking(String thought, int step) {
        return new Draft(
                RunEvent.AGENT_THINKING, "\"thought\":" + quote(thought) + ",\"step\":" + step);
    }

    Draft text(CharSequence text) {
        return new Draft(RunEvent.TEXT_DELTA, "\"text\":" + quote(text.toString()));
    }

    Draft toolExecuting(String tool, String arguments) {
        return new Draft(
                RunEvent.TOOL_EXECUTING, "\"tool\":" + quote(tool) + ",\"arguments\":" + arguments);
    }

    Draft toolCompleted(String tool, String result, long durationMs) {
        return new Draft(
                RunEvent.TOOL_COMPLETED,
                "\"tool\":%s,\"result\":%s,\"durationMs\":%d"
                        .formatted(quote(tool), result, durationMs));
    }

    Draft completed(UUID answerId, long durationMs, Usage usage) {
        return new Draft(
                RunEvent.AGENT_COMPLETED,
                "\"messageId\":\"%s\",\"durationMs\":%d,\"usage\":%s"
                        .formatted(answerId, durationMs, json.writeValueAsString(usage)));
    }

    Draft failed(UUID answerId, Problem problem) {
        return new Draft(
                RunEvent.RUN_FAILED,
                "\"messageId\":\"%s\",\"problem\":%s"
                        .formatted(answerId, json.writeValueAsString(problem)));
    }

    /** As {@link #failed}, with a problem document rendered before. */
    Draft failedRaw(UUID answerId, @Nullable String problem) {
        return new Draft(
                RunEvent.RUN_FAILED,
                "\"messageId\":\"%s\",\"problem\":%s"
                        .formatted(answerId, problem == null ? EMPTY_OBJECT : problem));
    }

    /** The events one stored step was made of. */
    List<Draft> ofStep(Step step) {
        if (step.tool() == null) {
            return List.of(
                    thinking(
                            step.thought() == null ? "" : step.thought(),
                            step.step() == null ? 1 : step.step()));
        }
        var drafts = new ArrayList<Draft>();
        drafts.add(
                toolExecuting(
                        step.tool(), step.arguments() == null ? EMPTY_OBJECT : step.arguments()));
        if (step.result() != null) {
            drafts.add(
                    toolCompleted(
                            step.tool(),
                            step.result(),
                            step.durationMs() == null ? 0 : step.durationMs()));
        }
        return drafts;
    }

    Draft stopped(UUID answerId) {
        return new Draft(RunEvent.RUN_STOPPED, "\"messageId\":\"" + answerId + "\"");
    }

    /** The whole event. */
    RunEvent render(Draft draft, UUID runId, UUID threadId, long sequence, Instant time) {
        String whole =
                "{\"type\":\""
                        + draft.type()
                        + "\",\"runId\":\""
                        + runId
                        + "\",\"threadId\":\""
                        + threadId
                        + "\",\"sequence\":"
                        + sequence
                        + ",\"time\":\""
                        + time
                        + "\","
                        + draft.body()
                        + "}";
        return new RunEvent(sequence, draft.type(), whole);
    }

    /** Tells a reader that the numbering it knows is gone. */
    RunEvent reset(UUID runId, UUID threadId, Instant time) {
        return new RunEvent(
                0,
                RunEvent.RUN_RESET,
                "{\"type\":\"%s\",\"runId\":\"%s\",\"threadId\":\"%s\",\"time\":\"%s\",\"reason\":%s}"
                        .formatted(
                                RunEvent.RUN_RESET,
                                runId,
                                threadId,
                                time,
                                quote("The events seen so far are no longer kept.")));
    }

    /** {@code value} as JSON that is valid and bounded, whatever an executor gave. */
    String bounded(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return EMPTY_OBJECT;
        }
        if (value.length() > maxToolCharacters) {
            return "{\"truncated\":true,\"characters\":%d,\"beginning\":%s}"
                    .formatted(
                            value.length(),
                            quote(Text.clean(value.substring(0, maxToolCharacters))));
        }
        try {
            return json.writeValueAsString(json.readTree(value));
        } catch (JacksonException e) {
            return quote(Text.clean(value));
        }
    }

    JsonNode parse(RunEvent event) {
        return json.readTree(event.json());
    }

    String quote(String text) {
        return json.writeValueAsString(text);
    }
}
