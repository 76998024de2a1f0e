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

    private static final Bodies.SamplingNames NAMES =
            new Bodies.SamplingNames("top_p", "num_predict", "stop");

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
            Bodies.functions(root, request.tools());
        }
        Bodies.sampling(root.putObject("options"), request.sampling(), NAMES);
        return root;
    }

    private static void message(ObjectNode node, ModelMessage message) {
        switch (message) {
            case ModelMessage.Instructions system -> Bodies.text(node, "system", system.text());
            case ModelMessage.User user -> Bodies.text(node, "user", user.text());
            case ModelMessage.ToolResult result ->
                    Bodies.text(node, "tool", result.content()).put("tool_name", result.tool());
            case ModelMessage.Assistant assistant -> {
                Bodies.text(node, "assistant", assistant.text());
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
        return ListedModel.of(listed.name(), listed.title(), window, tools);
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
