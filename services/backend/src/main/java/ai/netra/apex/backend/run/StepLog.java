package ai.netra.apex.backend.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Collects the steps of one answer from its events. Not thread-safe. */
final class StepLog {

    private static final int MAX_STEPS = 500;

    private final List<Step> steps = new ArrayList<>();

    void thinking(int at, String thought, int step) {
        if (steps.size() < MAX_STEPS) {
            steps.add(Step.thinking(at, thought, step));
        }
    }

    void toolExecuting(int at, String tool, String arguments) {
        if (steps.size() < MAX_STEPS) {
            steps.add(Step.tool(at, tool, arguments));
        }
    }

    void toolCompleted(String tool, String result, long durationMs) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (steps.get(i).isOpenCallOf(tool)) {
                steps.set(i, steps.get(i).completed(result, durationMs));
                return;
            }
        }
    }

    void clear() {
        steps.clear();
    }

    /** The steps as a JSON array, null when there are none. */
    @Nullable String toJson(JsonMapper json) {
        return steps.isEmpty() ? null : json.writeValueAsString(steps);
    }

    /** What {@link #toJson} wrote. */
    static List<Step> parse(String stored, JsonMapper json) {
        var steps = new ArrayList<Step>();
        for (JsonNode node : json.readTree(stored)) {
            if (node.has("tool")) {
                JsonNode duration = node.path("durationMs");
                steps.add(
                        new Step(
                                "tool",
                                node.path("at").asInt(0),
                                null,
                                null,
                                node.path("tool").asString(""),
                                node.path("arguments").toString(),
                                node.has("result") ? node.path("result").toString() : null,
                                duration.isNumber() ? duration.asLong() : null));
            } else {
                steps.add(
                        Step.thinking(
                                node.path("at").asInt(0),
                                node.path("thought").asString(""),
                                node.path("step").asInt(1)));
            }
        }
        return steps;
    }

    /** The text and steps that {@code events} tell of; a fresh start among them forgets the old. */
    static Told read(List<RunEvent> events, EventFormat format) {
        var text = new StringBuilder();
        var log = new StepLog();
        for (RunEvent event : events) {
            JsonNode node = format.parse(event);
            switch (event.type()) {
                case RunEvent.AGENT_STARTED -> log.clear();
                case RunEvent.TEXT_DELTA -> text.append(node.path("text").asString(""));
                case RunEvent.AGENT_THINKING ->
                        log.thinking(
                                text.length(),
                                node.path("thought").asString(""),
                                node.path("step").asInt(0));
                case RunEvent.TOOL_EXECUTING ->
                        log.toolExecuting(
                                text.length(),
                                node.path("tool").asString(""),
                                node.path("arguments").toString());
                case RunEvent.TOOL_COMPLETED ->
                        log.toolCompleted(
                                node.path("tool").asString(""),
                                node.path("result").toString(),
                                node.path("durationMs").asLong(0));
                default -> {
                    // The ends of a run carry neither text nor steps.
                }
            }
        }
        return new Told(text.toString(), log);
    }

    /** What events told. */
    record Told(String text, StepLog steps) {}
}
