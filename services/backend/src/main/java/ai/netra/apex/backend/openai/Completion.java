package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.model.ChatReply;
import ai.netra.apex.backend.model.TokenUsage;
import ai.netra.apex.backend.model.ToolCall;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of one completion.
 *
 * @param created in seconds since 1970
 */
record Completion(String id, long created, String model) {

    static Completion of(String model, long created) {
        String id = "chatcmpl-" + UUID.randomUUID().toString().replace("-", "");
        return new Completion(id, created, model);
    }

    private ObjectNode envelope(String object) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    /** A whole answer. */
    ObjectNode whole(ChatReply reply) {
        ObjectNode root = envelope("chat.completion");
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        if (reply.text().isEmpty() && !reply.toolCalls().isEmpty()) {
            message.putNull("content");
        } else {
            message.put("content", reply.text());
        }
        message.putNull("refusal");
        if (!reply.toolCalls().isEmpty()) {
            toolCalls(message.putArray("tool_calls"), reply.toolCalls(), false);
        }
        choice.putNull("logprobs").put("finish_reason", finish(reply));
        usage(root, reply.usage());
        return root;
    }

    /** A piece of a streamed answer. */
    ObjectNode piece(ObjectNode delta, @Nullable String finish) {
        ObjectNode root = envelope("chat.completion.chunk");
        ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        return root;
    }

    /** The last pieces: tool calls, then the reason for the end. */
    List<ObjectNode> end(ChatReply reply) {
        ObjectNode last = piece(delta(), finish(reply));
        if (reply.toolCalls().isEmpty()) {
            return List.of(last);
        }
        ObjectNode delta = delta();
        toolCalls(delta.putArray("tool_calls"), reply.toolCalls(), true);
        return List.of(piece(delta, null), last);
    }

    /** What was used, as the piece that {@code include_usage} asks for. */
    ObjectNode usage(TokenUsage tokens) {
        ObjectNode root = envelope("chat.completion.chunk");
        root.putArray("choices");
        usage(root, tokens);
        return root;
    }

    static ObjectNode delta() {
        return JsonMapper.shared().createObjectNode();
    }

    private static void toolCalls(ArrayNode into, List<ToolCall> calls, boolean indexed) {
        for (int i = 0; i < calls.size(); i++) {
            ObjectNode call = into.addObject();
            if (indexed) {
                call.put("index", i);
            }
            call.put("id", calls.get(i).id()).put("type", "function");
            call.putObject("function")
                    .put("name", calls.get(i).name())
                    .put("arguments", calls.get(i).arguments());
        }
    }

    private static void usage(ObjectNode root, TokenUsage tokens) {
        root.putObject("usage")
                .put("prompt_tokens", tokens.inputTokens())
                .put("completion_tokens", tokens.outputTokens())
                .put("total_tokens", tokens.inputTokens() + tokens.outputTokens());
    }

    private static String finish(ChatReply reply) {
        return switch (reply.finish()) {
            case STOP -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }
}
