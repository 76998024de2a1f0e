package ai.netra.apex.testing.model;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** How one vendor puts an answer on the wire. An instance serves one answer. */
abstract class Dialect {

    static final JsonMapper JSON = JsonMapper.shared();

    final JsonNode request;
    int inputTokens = 7;
    int outputTokens;
    String finish = "stop";
    boolean toolsCalled;

    Dialect(JsonNode request) {
        this.request = request;
    }

    /** The dialect of a request's path; null when no vendor has such a path. */
    static @Nullable Dialect of(String path, JsonNode body) {
        if (path.endsWith("/chat/completions")) {
            return new OpenAiDialect(body);
        }
        if (path.endsWith("/v1/messages")) {
            return new AnthropicDialect(body);
        }
        if (path.contains(":streamGenerateContent")) {
            return new GeminiDialect(body);
        }
        if (path.endsWith("/api/chat")) {
            return new OllamaDialect(body);
        }
        return null;
    }

    /** The bytes of an error answer's body in this vendor's shape. */
    static String error(String path, int status, String code, String message) {
        ObjectNode root = JSON.createObjectNode();
        if (path.contains("/v1/messages")) {
            root.put("type", "error");
            root.putObject("error").put("type", code).put("message", message);
        } else if (path.contains("/v1beta/")) {
            root.putObject("error").put("code", status).put("message", message).put("status", code);
        } else if (path.startsWith("/api/")) {
            root.put("error", message);
        } else {
            root.putObject("error")
                    .put("message", message)
                    .put("type", "invalid_request_error")
                    .putNull("param")
                    .put("code", code);
        }
        return root.toString();
    }

    abstract String contentType();

    /** What comes before the first piece; empty when nothing does. */
    String begin() {
        return "";
    }

    abstract String text(String piece);

    abstract String thinking(String piece);

    abstract String toolCall(int index, Step.ToolCall call);

    abstract String streamError(String message);

    abstract String end();

    static String data(JsonNode json) {
        return "data: " + json + "\n\n";
    }

    static String event(String name, JsonNode json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    String model() {
        return request.path("model").asString("model");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** OpenAI's chat completions, streamed or whole. */
    static final class OpenAiDialect extends Dialect {
        private final boolean streamed;
        private final StringBuilder whole = new StringBuilder();
        private final tools.jackson.databind.node.ArrayNode calls = JSON.createArrayNode();

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
                    ? chunk(
                            JSON.createObjectNode().put("role", "assistant").put("content", ""),
                            null)
                    : "";
        }

        @Override
        String text(String piece) {
            whole.append(piece);
            return streamed ? chunk(JSON.createObjectNode().put("content", piece), null) : "";
        }

        @Override
        String thinking(String piece) {
            return streamed
                    ? chunk(JSON.createObjectNode().put("reasoning_content", piece), null)
                    : "";
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

    /** Anthropic's messages. */
    static final class AnthropicDialect extends Dialect {
        private int block = -1;
        private String open = "";

        AnthropicDialect(JsonNode request) {
            super(request);
        }

        @Override
        String contentType() {
            return "text/event-stream";
        }

        @Override
        String begin() {
            ObjectNode root = JSON.createObjectNode().put("type", "message_start");
            ObjectNode message =
                    root.putObject("message")
                            .put("id", "msg_1")
                            .put("type", "message")
                            .put("role", "assistant")
                            .put("model", model());
            message.putArray("content");
            message.putObject("usage").put("input_tokens", inputTokens).put("output_tokens", 1);
            return event("message_start", root)
                    + event("ping", JSON.createObjectNode().put("type", "ping"));
        }

        private String openBlock(String kind, ObjectNode contentBlock) {
            if (kind.equals(open)) {
                return "";
            }
            String closed = closeBlock();
            open = kind;
            block++;
            ObjectNode root =
                    JSON.createObjectNode().put("type", "content_block_start").put("index", block);
            root.set("content_block", contentBlock);
            return closed + event("content_block_start", root);
        }

        private String closeBlock() {
            if (open.isEmpty()) {
                return "";
            }
            open = "";
            return event(
                    "content_block_stop",
                    JSON.createObjectNode().put("type", "content_block_stop").put("index", block));
        }

        private String delta(ObjectNode delta) {
            ObjectNode root =
                    JSON.createObjectNode().put("type", "content_block_delta").put("index", block);
            root.set("delta", delta);
            return event("content_block_delta", root);
        }

        @Override
        String text(String piece) {
            ObjectNode start = JSON.createObjectNode().put("type", "text").put("text", "");
            return openBlock("text", start)
                    + delta(JSON.createObjectNode().put("type", "text_delta").put("text", piece));
        }

        @Override
        String thinking(String piece) {
            ObjectNode start = JSON.createObjectNode().put("type", "thinking").put("thinking", "");
            return openBlock("thinking", start)
                    + delta(
                            JSON.createObjectNode()
                                    .put("type", "thinking_delta")
                                    .put("thinking", piece));
        }

        @Override
        String toolCall(int index, Step.ToolCall call) {
            ObjectNode start =
                    JSON.createObjectNode()
                            .put("type", "tool_use")
                            .put("id", call.id())
                            .put("name", call.name());
            start.putObject("input");
            int half = call.arguments().length() / 2;
            var out = new StringBuilder(openBlock("tool" + index, start));
            for (String part :
                    new String[] {
                        call.arguments().substring(0, half), call.arguments().substring(half)
                    }) {
                out.append(
                        delta(
                                JSON.createObjectNode()
                                        .put("type", "input_json_delta")
                                        .put("partial_json", part)));
            }
            return out.append(closeBlock()).toString();
        }

        @Override
        String streamError(String message) {
            ObjectNode root = JSON.createObjectNode().put("type", "error");
            root.putObject("error").put("type", "overloaded_error").put("message", message);
            return event("error", root);
        }

        @Override
        String end() {
            String reason =
                    toolsCalled
                            ? "tool_use"
                            : switch (finish) {
                                case "length" -> "max_tokens";
                                case "content_filter" -> "refusal";
                                default -> "end_turn";
                            };
            ObjectNode root = JSON.createObjectNode().put("type", "message_delta");
            root.putObject("delta").put("stop_reason", reason);
            root.putObject("usage").put("output_tokens", outputTokens);
            return closeBlock()
                    + event("message_delta", root)
                    + event("message_stop", JSON.createObjectNode().put("type", "message_stop"));
        }
    }

    /** Gemini's streamGenerateContent with {@code alt=sse}. */
    static final class GeminiDialect extends Dialect {

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

    /** Ollama's {@code /api/chat}: one JSON object per line. */
    static final class OllamaDialect extends Dialect {

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
}
