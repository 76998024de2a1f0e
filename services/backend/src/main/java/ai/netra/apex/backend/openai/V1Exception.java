package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.model.ModelException;
import ai.netra.apex.contracts.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An error in the shape OpenAI's clients read. */
final class V1Exception extends Exception {

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String param;
    private final @Nullable Duration retryAfter;

    V1Exception(
            int status,
            String type,
            @Nullable String code,
            @Nullable String param,
            String message,
            @Nullable Duration retryAfter) {
        super(message);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    static V1Exception invalid(@Nullable String param, String message) {
        return new V1Exception(400, "invalid_request_error", null, param, message, null);
    }

    static V1Exception wrongKey(String message) {
        return new V1Exception(
                401, "invalid_request_error", "invalid_api_key", null, message, null);
    }

    static V1Exception noSuchModel(String model) {
        return new V1Exception(
                404,
                "invalid_request_error",
                "model_not_found",
                "model",
                "The model `" + model + "` does not exist here; GET /v1/models lists what does.",
                null);
    }

    /** What a model's failure means to a program. */
    static V1Exception of(ModelException e) {
        String type = "server_error";
        String code = e.kind().name().toLowerCase(java.util.Locale.ROOT);
        // A provider that refuses our key is our failure, not the caller's: never 401 or 403.
        int status = e.kind().code().status();
        switch (e.kind()) {
            case CONTEXT_TOO_LONG -> {
                status = 400;
                type = "invalid_request_error";
                code = "context_length_exceeded";
            }
            case CONTENT_FILTERED -> {
                status = 400;
                type = "invalid_request_error";
                code = "content_filter";
            }
            case REQUEST_REFUSED, TOOLS_UNSUPPORTED -> {
                status = 400;
                type = "invalid_request_error";
            }
            case MODEL_UNKNOWN -> {
                type = "invalid_request_error";
                code = "model_not_found";
            }
            case RATE_LIMITED -> {
                type = "requests";
                code = "rate_limit_exceeded";
            }
            default -> {
                // A server's error, told by its kind.
            }
        }
        return new V1Exception(status, type, code, null, e.detail(), e.retryAfter());
    }

    /** What went wrong before or beside our own code: a body too large, a path that cannot be. */
    static V1Exception of(Problem problem) {
        String type =
                problem.status() >= 500
                        ? "server_error"
                        : problem.status() == 429 ? "requests" : "invalid_request_error";
        return new V1Exception(
                problem.status(), type, problem.code(), null, problem.detail(), null);
    }

    int status() {
        return status;
    }

    @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** {@code {"error":{…}}}. */
    ObjectNode body() {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putObject("error")
                .put("message", String.valueOf(getMessage()))
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return root;
    }
}
