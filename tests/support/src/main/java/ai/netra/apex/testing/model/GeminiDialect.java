package ai.netra.apex.testing.model;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's streamGenerateContent with {@code alt=sse}. */
final class GeminiDialect extends Dialect {

    GeminiDialect(JsonNode request) {
        super(request);
    }

    @Override
    String contentType() {
        return "text/event-stream";
    }

    private ObjectNode root() {
        return JSON.createObjectNode().put("modelVersion", "gemini-test");
    }

    private String part(ObjectNode part) {
        ObjectNode root = root();
        ObjectNode content = root.putArray("candidates").addObject().putObject("content");
        content.put("role", "model").putArray("parts").add(part);
        return data(root);
    }

    @Override
    String text(String piece) {
        return part(JSON.createObjectNode().put("text", piece));
    }

    @Override
    String thinking(String piece) {
        return part(JSON.createObjectNode().put("text", piece).put("thought", true));
    }

    @Override
    String toolCall(int index, Step.ToolCall call) {
        ObjectNode part = JSON.createObjectNode().put("thoughtSignature", "c2ln" + index);
        part.putObject("functionCall")
                .put("name", call.name())
                .set("args", JSON.readTree(call.arguments()));
        return part(part);
    }

    @Override
    String streamError(String message) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("error")
                .put("code", 503)
                .put("message", message)
                .put("status", "UNAVAILABLE");
        return data(root);
    }

    @Override
    String end() {
        ObjectNode root = root();
        ObjectNode candidate = root.putArray("candidates").addObject();
        candidate.putObject("content").put("role", "model").putArray("parts");
        candidate.put(
                "finishReason",
                switch (finish) {
                    case "length" -> "MAX_TOKENS";
                    case "content_filter" -> "SAFETY";
                    default -> "STOP";
                });
        root.putObject("usageMetadata")
                .put("promptTokenCount", inputTokens)
                .put("candidatesTokenCount", outputTokens)
                .put("totalTokenCount", inputTokens + outputTokens);
        return data(root);
    }
}
