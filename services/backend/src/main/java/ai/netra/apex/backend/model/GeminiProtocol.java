package ai.netra.apex.backend.model;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's {@code streamGenerateContent}, API version v1beta, as server-sent events. */
final class GeminiProtocol implements Protocol {

    private static final Bodies.SamplingNames NAMES =
            new Bodies.SamplingNames("topP", "maxOutputTokens", "stopSequences");

    @Override
    public URI chatUri(URI base, String model) {
        String name = URLEncoder.encode(model, StandardCharsets.UTF_8);
        return URI.create(base + "/v1beta/models/" + name + ":streamGenerateContent?alt=sse");
    }

    @Override
    public URI modelsUri(URI base) {
        return URI.create(base + "/v1beta/models?pageSize=200");
    }

    @Override
    public Map<String, String> headers(@Nullable String key) {
        return key == null ? Map.of() : Map.of("x-goog-api-key", key);
    }

    @Override
    public ObjectNode body(String model, ChatRequest request) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode contents = root.putArray("contents");
        ArrayNode system = JsonMapper.shared().createArrayNode();
        for (ModelMessage message : request.messages()) {
            if (message instanceof ModelMessage.Instructions s) {
                system.addObject().put("text", s.text());
            } else {
                message(contents, message);
            }
        }
        if (!system.isEmpty()) {
            root.putObject("systemInstruction").set("parts", system);
        }
        if (!request.tools().isEmpty()) {
            ArrayNode declarations =
                    root.putArray("tools").addObject().putArray("functionDeclarations");
            for (ToolSpec tool : request.tools()) {
                declarations
                        .addObject()
                        .put("name", tool.name())
                        .put("description", tool.description())
                        .set("parametersJsonSchema", tool.parameters());
            }
            toolChoice(root, request.sampling().toolChoice());
        }
        Bodies.sampling(root.putObject("generationConfig"), request.sampling(), NAMES);
        return root;
    }

    private static void toolChoice(ObjectNode root, @Nullable String choice) {
        if (choice == null) {
            return;
        }
        ObjectNode config = root.putObject("toolConfig").putObject("functionCallingConfig");
        switch (choice) {
            case "auto" -> config.put("mode", "AUTO");
            case "none" -> config.put("mode", "NONE");
            case "required" -> config.put("mode", "ANY");
            default -> config.put("mode", "ANY").putArray("allowedFunctionNames").add(choice);
        }
    }

    private static void message(ArrayNode contents, ModelMessage message) {
        String role = message instanceof ModelMessage.Assistant ? "model" : "user";
        ArrayNode parts = Bodies.turn(contents, role, "parts");
        switch (message) {
            case ModelMessage.Instructions system ->
                    throw new IllegalArgumentException("no system here");
            case ModelMessage.User user -> parts.addObject().put("text", user.text());
            case ModelMessage.ToolResult result ->
                    parts.addObject()
                            .putObject("functionResponse")
                            .put("name", result.tool())
                            .putObject("response")
                            .put("result", result.content());
            case ModelMessage.Assistant assistant -> {
                if (!assistant.text().isEmpty() || assistant.toolCalls().isEmpty()) {
                    parts.addObject().put("text", assistant.text());
                }
                for (ToolCall call : assistant.toolCalls()) {
                    ObjectNode part = parts.addObject();
                    if (call.signature() != null) {
                        part.put("thoughtSignature", call.signature());
                    }
                    part.putObject("functionCall")
                            .put("name", call.name())
                            .set("args", Arguments.object(call.arguments()));
                }
            }
        }
    }

    @Override
    public List<ListedModel> models(JsonNode list) {
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode item : list.path("models")) {
            String name = StreamDecoder.text(item, "name");
            boolean chats = false;
            for (JsonNode method : item.path("supportedGenerationMethods")) {
                chats |= "generateContent".equals(method.asString(""));
            }
            if (name != null && chats && !name.contains("embedding")) {
                String id = name.startsWith("models/") ? name.substring(7) : name;
                long window = StreamDecoder.count(item, "inputTokenLimit");
                String title = item.path("displayName").asString(id);
                models.add(ListedModel.of(id, title, window, true));
            }
        }
        return models;
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
            JsonNode chunk = json(data);
            if (chunk.hasNonNull("error")) {
                JsonNode error = chunk.path("error");
                var kind =
                        count(error, "code") == 429
                                ? ModelException.Kind.RATE_LIMITED
                                : ModelException.Kind.SERVER_ERROR;
                throw DecodeException.told(kind, error.path("message").asString("an error"));
            }
            String blocked = text(chunk.path("promptFeedback"), "blockReason");
            if (blocked != null) {
                throw DecodeException.told(ModelException.Kind.CONTENT_FILTERED, blocked);
            }
            JsonNode candidate = chunk.path("candidates").path(0);
            for (JsonNode part : candidate.path("content").path("parts")) {
                part(part);
            }
            JsonNode usage = chunk.path("usageMetadata");
            if (usage.isObject()) {
                long output = count(usage, "candidatesTokenCount");
                long thoughts = Math.max(0, count(usage, "thoughtsTokenCount"));
                reply.usage(count(usage, "promptTokenCount"), output < 0 ? -1 : output + thoughts);
            }
            String reason = text(candidate, "finishReason");
            if (reason != null) {
                reply.finish(
                        switch (reason) {
                            case "STOP", "FINISH_REASON_UNSPECIFIED" -> ChatReply.Finish.STOP;
                            case "MAX_TOKENS" -> ChatReply.Finish.LENGTH;
                            default -> ChatReply.Finish.CONTENT_FILTER;
                        });
            }
            return false;
        }

        private void part(JsonNode part) throws DecodeException {
            JsonNode call = part.path("functionCall");
            if (call.isObject()) {
                int index = reply.toolCalls();
                JsonNode arguments = call.path("args");
                reply.toolCall(
                        index,
                        text(call, "id"),
                        text(call, "name"),
                        arguments.isObject() ? arguments.toString() : "{}");
                reply.signature(index, text(part, "thoughtSignature"));
            } else if (part.path("thought").asBoolean(false)) {
                reply.thinking(text(part, "text"));
            } else {
                reply.text(text(part, "text"));
            }
        }

        @Override
        boolean complete() {
            // The protocol has no end of its own: the reason to finish is the last thing it says.
            return reply.finished();
        }
    }
}
