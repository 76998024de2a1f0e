package ai.netra.apex.testing.model;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Ollama's {@code /api/chat}: one JSON object per line. */
final class OllamaDialect extends Dialect {

    OllamaDialect(JsonNode request) {
        super(request);
    }

    @Override
    String contentType() {
        return "application/x-ndjson";
    }

    private String line(ObjectNode message) {
        ObjectNode root =
                JSON.createObjectNode()
                        .put("model", model())
                        .put("created_at", "2026-01-01T00:00:00Z");
        message.put("role", "assistant");
        root.set("message", message);
        return root.put("done", false) + "\n";
    }

    @Override
    String text(String piece) {
        return line(JSON.createObjectNode().put("content", piece));
    }

    @Override
    String thinking(String piece) {
        return line(JSON.createObjectNode().put("content", "").put("thinking", piece));
    }

    @Override
    String toolCall(int index, Step.ToolCall call) {
        ObjectNode message = JSON.createObjectNode().put("content", "");
        message.putArray("tool_calls")
                .addObject()
                .putObject("function")
                .put("name", call.name())
                .set("arguments", JSON.readTree(call.arguments()));
        return line(message);
    }

    @Override
    String streamError(String message) {
        return JSON.createObjectNode().put("error", message) + "\n";
    }

    @Override
    String end() {
        ObjectNode root = JSON.createObjectNode().put("model", model());
        root.putObject("message").put("role", "assistant").put("content", "");
        return root.put("done", true)
                        .put("done_reason", finish.equals("length") ? "length" : "stop")
                        .put("prompt_eval_count", inputTokens)
                        .put("eval_count", outputTokens)
                + "\n";
    }
}
