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

/** Ollama's {@code /api/chat}: a JSON object per line. */
final class OllamaProtocol implements Protocol {

    @Override
    public URI chatUri(URI base, String model) {
        return URI.create(base + "/api/chat");
    }

    @Override
    public URI modelsUri(URI base) {
        return URI.create(base + "/api/tags");
    }

    /** Where the details of one model are. */
    static URI showUri(URI base) {
        return URI.create(base + "/api/show");
    }

    @Override
    public Map<String, String> headers(@Nullable String key) {
        return key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    @Override
    public ObjectNode body(String model, ChatRequest request) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("model", model).put("stream", true);
        ArrayNode messages = root.putArray("messages");
        for (ModelMessage message : request.messages()) {
            message(messages.addObject(), message);
        }
        if (!request.tools().isEmpty() && !"none".equals(request.sampling().toolChoice())) {
            ArrayNode tools = root.putArray("tools");
            for (ToolSpec tool : request.tools()) {
                ObjectNode function =
                        tools.addObject().put("type", "function").putObject("function");
                function.put("name", tool.name()).put("description", tool.description());
                function.set("parameters", tool.parameters());
            }
        }
        ObjectNode options = root.putObject("options");
        Sampling sampling = request.sampling();
        if (sampling.temperature() != null) {
            options.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            options.put("top_p", sampling.topP());
        }
        if (sampling.maxTokens() != null) {
            options.put("num_predict", sampling.maxTokens());
        }
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = options.putArray("stop");
            sampling.stop().forEach(stop::add);
        }
        return root;
    }

    private static void message(ObjectNode node, ModelMessage message) {
        switch (message) {
            case ModelMessage.Instructions system ->
                    node.put("role", "system").put("content", system.text());
            case ModelMessage.User user -> node.put("role", "user").put("content", user.text());
            case ModelMessage.ToolResult result ->
                    node.put("role", "tool")
                            .put("tool_name", result.tool())
                            .put("content", result.content());
            case ModelMessage.Assistant assistant -> {
                node.put("role", "assistant").put("content", assistant.text());
                if (!assistant.toolCalls().isEmpty()) {
                    ArrayNode calls = node.putArray("tool_calls");
                    for (ToolCall call : assistant.toolCalls()) {
                        calls.addObject()
                                .putObject("function")
                                .put("name", call.name())
                                .set("arguments", Arguments.object(call.arguments()));
                    }
                }
            }
        }
    }

    @Override
    public List<ListedModel> models(JsonNode list) {
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode item : list.path("models")) {
            String name = StreamDecoder.text(item, "name");
            if (name != null) {
                models.add(new ListedModel(name, name, null, null));
            }
        }
        return models;
    }

    /** What {@code /api/show} says of a model that the list named. */
    static ListedModel details(ListedModel listed, JsonNode shown) {
        boolean tools = false;
        for (JsonNode capability : shown.path("capabilities")) {
            tools |= "tools".equals(capability.asString(""));
        }
        JsonNode info = shown.path("model_info");
        String family = info.path("general.architecture").asString("");
        long window = StreamDecoder.count(info, family + ".context_length");
        return new ListedModel(
                listed.name(), listed.title(), window > 0 ? (int) window : null, tools);
    }

    @Override
    public StreamDecoder decoder(ReplyBuilder reply) {
        return new Decoder(reply);
    }

    private static final class Decoder extends StreamDecoder {
        private final ReplyBuilder reply;

        private Decoder(ReplyBuilder reply) {
            this.reply = reply;
        }

        @Override
        boolean line(String line) throws DecodeException {
            if (line.isBlank()) {
                return false;
            }
            JsonNode chunk = json(line);
            String error = text(chunk, "error");
            if (error != null) {
                throw DecodeException.told(ModelException.Kind.SERVER_ERROR, error);
            }
            JsonNode message = chunk.path("message");
            reply.thinking(text(message, "thinking"));
            reply.text(text(message, "content"));
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode function = call.path("function");
                JsonNode arguments = function.path("arguments");
                reply.toolCall(
                        reply.toolCalls(),
                        text(call, "id"),
                        text(function, "name"),
                        arguments.isObject() ? arguments.toString() : "{}");
            }
            if (!chunk.path("done").asBoolean(false)) {
                return false;
            }
            reply.usage(count(chunk, "prompt_eval_count"), count(chunk, "eval_count"));
            reply.finish(
                    "length".equals(text(chunk, "done_reason"))
                            ? ChatReply.Finish.LENGTH
                            : ChatReply.Finish.STOP);
            return true;
        }

        @Override
        boolean endOfStream() {
            return false;
        }
    }
}
