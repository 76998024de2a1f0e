package ai.netra.apex.backend.model;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages, version 2023-06-01. */
final class AnthropicProtocol implements Protocol {

    /** The protocol demands a bound; its models of the last years all take this one. */
    private static final int MAX_TOKENS = 8_192;

    private static final Bodies.SamplingNames NAMES =
            new Bodies.SamplingNames("top_p", null, "stop_sequences");

    @Override
    public URI chatUri(URI base, String model) {
        return URI.create(base + "/v1/messages");
    }

    @Override
    public URI modelsUri(URI base) {
        return URI.create(base + "/v1/models?limit=200");
    }

    @Override
    public Map<String, String> headers(@Nullable String key) {
        return key == null
                ? Map.of("anthropic-version", "2023-06-01")
                : Map.of("anthropic-version", "2023-06-01", "x-api-key", key);
    }

    @Override
    public ObjectNode body(String model, ChatRequest request) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        Sampling sampling = request.sampling();
        Integer bound = sampling.maxTokens();
        root.put("model", model)
                .put("stream", true)
                .put("max_tokens", bound == null ? MAX_TOKENS : bound);
        var system = new StringBuilder();
        ArrayNode messages = root.putArray("messages");
        for (ModelMessage message : request.messages()) {
            if (message instanceof ModelMessage.Instructions s) {
                system.append(system.isEmpty() ? "" : "\n\n").append(s.text());
            } else {
                message(messages, message);
            }
        }
        if (!system.isEmpty()) {
            root.put("system", system.toString());
        }
        String choice = sampling.toolChoice();
        if (!request.tools().isEmpty() && !"none".equals(choice)) {
            ArrayNode tools = root.putArray("tools");
            for (ToolSpec tool : request.tools()) {
                tools.addObject()
                        .put("name", tool.name())
                        .put("description", tool.description())
                        .set("input_schema", tool.parameters());
            }
            if (choice != null) {
                ObjectNode node = root.putObject("tool_choice");
                switch (choice) {
                    case "auto" -> node.put("type", "auto");
                    case "required" -> node.put("type", "any");
                    default -> node.put("type", "tool").put("name", choice);
                }
            }
        }
        Bodies.sampling(root, sampling, NAMES);
        if (sampling.temperature() != null) {
            root.put("temperature", Math.clamp(sampling.temperature(), 0.0, 1.0));
        }
        return root;
    }

    /** Adds a message; the protocol wants the roles to take turns, so equal ones are joined. */
    private static void message(ArrayNode messages, ModelMessage message) {
        String role = message instanceof ModelMessage.Assistant ? "assistant" : "user";
        ArrayNode content = Bodies.turn(messages, role, "content");
        switch (message) {
            case ModelMessage.Instructions system ->
                    throw new IllegalArgumentException("no system here");
            case ModelMessage.User user ->
                    content.addObject().put("type", "text").put("text", user.text());
            case ModelMessage.ToolResult result ->
                    content.addObject()
                            .put("type", "tool_result")
                            .put("tool_use_id", result.callId())
                            .put("content", result.content());
            case ModelMessage.Assistant assistant -> {
                if (!assistant.text().isBlank()) {
                    content.addObject().put("type", "text").put("text", assistant.text());
                }
                for (ToolCall call : assistant.toolCalls()) {
                    content.addObject()
                            .put("type", "tool_use")
                            .put("id", call.id())
                            .put("name", call.name())
                            .set("input", Arguments.object(call.arguments()));
                }
            }
        }
    }

    @Override
    public List<ListedModel> models(JsonNode list) {
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode item : list.path("data")) {
            String id = StreamDecoder.text(item, "id");
            if (id != null) {
                long window = StreamDecoder.count(item, "max_input_tokens");
                String title = item.path("display_name").asString(id);
                models.add(ListedModel.of(id, title, window, true));
            }
        }
        return models;
    }

    @Override
    public String errorCode(JsonNode body) {
        return body.path("error").path("type").asString("");
    }

    @Override
    public StreamDecoder decoder(ReplyBuilder reply) {
        return new Decoder(reply);
    }

    private static final class Decoder extends StreamDecoder.Sse {
        private final ReplyBuilder reply;

        private Decoder(ReplyBuilder reply) {
            this.reply = reply;
        }

        @Override
        boolean event(String name, String data) throws DecodeException {
            JsonNode event = json(data);
            String type = event.path("type").asString(name);
            switch (type) {
                case "message_start" -> usage(event.path("message").path("usage"));
                case "content_block_start" -> {
                    JsonNode block = event.path("content_block");
                    if ("tool_use".equals(text(block, "type"))) {
                        reply.toolCall(
                                event.path("index").asInt(0),
                                text(block, "id"),
                                text(block, "name"),
                                null);
                    } else {
                        reply.text(text(block, "text"));
                    }
                }
                case "content_block_delta" -> delta(event);
                case "message_delta" -> {
                    usage(event.path("usage"));
                    String reason = text(event.path("delta"), "stop_reason");
                    if (reason != null) {
                        reply.finish(finish(reason));
                    }
                }
                case "message_stop" -> {
                    return true;
                }
                case "error" -> throw toldError(event.path("error"));
                default -> {
                    // Pings, ends of blocks and what later versions may add.
                }
            }
            return false;
        }

        private void delta(JsonNode event) throws DecodeException {
            JsonNode delta = event.path("delta");
            switch (delta.path("type").asString("")) {
                case "text_delta" -> reply.text(text(delta, "text"));
                case "thinking_delta" -> reply.thinking(text(delta, "thinking"));
                case "input_json_delta" ->
                        reply.toolCall(
                                event.path("index").asInt(0),
                                null,
                                null,
                                text(delta, "partial_json"));
                default -> {
                    // Signatures and citations are not shown.
                }
            }
        }

        private void usage(JsonNode usage) {
            long input = count(usage, "input_tokens");
            if (input >= 0) {
                input += Math.max(0, count(usage, "cache_read_input_tokens"));
                input += Math.max(0, count(usage, "cache_creation_input_tokens"));
            }
            reply.usage(input, count(usage, "output_tokens"));
        }

        private static ChatReply.Finish finish(String reason) {
            return switch (reason) {
                case "max_tokens", "model_context_window_exceeded" -> ChatReply.Finish.LENGTH;
                case "tool_use" -> ChatReply.Finish.TOOL_CALLS;
                case "refusal" -> ChatReply.Finish.CONTENT_FILTER;
                default -> ChatReply.Finish.STOP;
            };
        }

        private static DecodeException toldError(JsonNode error) {
            var kind =
                    switch (error.path("type").asString("")) {
                        case "overloaded_error" -> ModelException.Kind.OVERLOADED;
                        case "rate_limit_error" -> ModelException.Kind.RATE_LIMITED;
                        default -> ModelException.Kind.SERVER_ERROR;
                    };
            return DecodeException.told(kind, error.path("message").asString("an error"));
        }

        @Override
        boolean complete() {
            return reply.finished();
        }
    }
}
