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
}
