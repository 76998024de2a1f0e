package ai.netra.apex.testing.model;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, streamed or whole. */
final class OpenAiDialect extends Dialect {
    private final boolean streamed;
    private final StringBuilder whole = new StringBuilder();
    private final ArrayNode calls = JSON.createArrayNode();

    OpenAiDialect(JsonNode request) {
        super(request);
        streamed = request.path("stream").asBoolean(false);
    }

    @Override
    String contentType() {
        return streamed ? "text/event-stream" : "application/json";
    }

    private ObjectNode envelope() {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", streamed ? "chat.completion.chunk" : "chat.completion")
                .put("created", 1_700_000_000)
                .put("model", model());
    }

    private String chunk(ObjectNode delta, @Nullable String reason) {
        ObjectNode root = envelope();
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", reason);
        return data(root);
    }

    @Override
    String begin() {
        return streamed
                ? chunk(JSON.createObjectNode().put("role", "assistant").put("content", ""), null)
                : "";
    }

    @Override
    String text(String piece) {
        whole.append(piece);
        return streamed ? chunk(JSON.createObjectNode().put("content", piece), null) : "";
    }

    @Override
    String thinking(String piece) {
        return streamed ? chunk(JSON.createObjectNode().put("reasoning_content", piece), null) : "";
    }

    @Override
    String toolCall(int index, Step.ToolCall call) {
        ObjectNode whole = calls.addObject().put("id", call.id()).put("type", "function");
        whole.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        if (!streamed) {
            return "";
        }
        int half = call.arguments().length() / 2;
        ObjectNode first = JSON.createObjectNode();
        first.putArray("tool_calls")
                .addObject()
                .put("index", index)
                .put("id", call.id())
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", call.arguments().substring(0, half));
        ObjectNode second = JSON.createObjectNode();
        second.putArray("tool_calls")
                .addObject()
                .put("index", index)
                .putObject("function")
                .put("arguments", call.arguments().substring(half));
        return chunk(first, null) + chunk(second, null);
    }

    @Override
    String streamError(String message) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("error").put("message", message).put("type", "server_error");
        return data(root);
    }

    @Override
    String end() {
        String reason = toolsCalled ? "tool_calls" : finish;
        if (!streamed) {
            ObjectNode root = envelope();
            ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
            ObjectNode message =
                    choice.putObject("message")
                            .put("role", "assistant")
                            .put("content", whole.toString());
            if (!calls.isEmpty()) {
                message.set("tool_calls", calls);
            }
            choice.put("finish_reason", reason);
            usage(root);
            return root.toString();
        }
        var out = new StringBuilder(chunk(JSON.createObjectNode(), reason));
        if (request.path("stream_options").path("include_usage").asBoolean(false)) {
            ObjectNode root = envelope();
            root.putArray("choices");
            usage(root);
            out.append(data(root));
        }
        return out.append("data: [DONE]\n\n").toString();
    }

    private void usage(ObjectNode root) {
        root.putObject("usage")
                .put("prompt_tokens", inputTokens)
                .put("completion_tokens", outputTokens)
                .put("total_tokens", inputTokens + outputTokens);
    }
}
