package ai.netra.apex.backend.model;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAI's chat completions, as OpenAI, vLLM, llama.cpp, OpenRouter, LiteLLM and others serve them.
 */
final class OpenAiProtocol implements Protocol {

    private static final Bodies.SamplingNames NAMES =
            new Bodies.SamplingNames("top_p", "max_tokens", "stop");

    /** What OpenAI lists beside its chat models. */
    private static final Pattern NOT_CHAT =
            Pattern.compile(
                    "embedding|whisper|tts|dall-e|moderation|image|audio|realtime|transcribe|sora"
                            + "|davinci|babbage|rerank");

    @Override
    public URI chatUri(URI base, String model) {
        return URI.create(base + "/chat/completions");
    }

    @Override
    public URI modelsUri(URI base) {
        return URI.create(base + "/models");
    }

    @Override
    public Map<String, String> headers(@Nullable String key) {
        return key == null ? Map.of() : Map.of("Authorization", "Bearer " + key);
    }

    @Override
    public ObjectNode body(String model, ChatRequest request) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("model", model).put("stream", true);
        root.putObject("stream_options").put("include_usage", true);
        ArrayNode messages = root.putArray("messages");
        request.messages().forEach(m -> message(messages.addObject(), m));
        if (!request.tools().isEmpty()) {
            Bodies.functions(root, request.tools());
        }
        Sampling sampling = request.sampling();
        Bodies.sampling(root, sampling, NAMES);
        String choice = sampling.toolChoice();
        if (choice != null && !request.tools().isEmpty()) {
            switch (choice) {
                case "auto", "none", "required" -> root.put("tool_choice", choice);
                default ->
                        root.putObject("tool_choice")
                                .put("type", "function")
                                .putObject("function")
                                .put("name", choice);
            }
        }
        return root;
    }

    private static void message(ObjectNode node, ModelMessage message) {
        switch (message) {
            case ModelMessage.Instructions system -> Bodies.text(node, "system", system.text());
            case ModelMessage.User user -> Bodies.text(node, "user", user.text());
            case ModelMessage.ToolResult result ->
                    Bodies.text(node, "tool", result.content())
                            .put("tool_call_id", result.callId());
            case ModelMessage.Assistant assistant -> {
                Bodies.text(node, "assistant", assistant.text());
                if (!assistant.toolCalls().isEmpty()) {
                    ArrayNode calls = node.putArray("tool_calls");
                    for (ToolCall call : assistant.toolCalls()) {
                        calls.addObject()
                                .put("id", call.id())
                                .put("type", "function")
                                .putObject("function")
                                .put("name", call.name())
                                .put("arguments", call.arguments());
                    }
                }
            }
        }
    }

    @Override
    public List<ListedModel> models(JsonNode list) {
        List<ListedModel> models = new ArrayList<>();
        for (JsonNode item : list.path("data")) {
            String id = StreamDecoder.text(item, "id");
            if (id == null || NOT_CHAT.matcher(id).find()) {
                continue;
            }
            // vLLM says max_model_len, OpenRouter context_length.
            long window =
                    Math.max(
                            StreamDecoder.count(item, "max_model_len"),
                            StreamDecoder.count(item, "context_length"));
            models.add(ListedModel.of(id, item.path("name").asString(id), window, null));
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
            if (data.equals("[DONE]")) {
                return true;
            }
            JsonNode chunk = json(data);
            if (chunk.hasNonNull("error")) {
                throw toldError(chunk.path("error"));
            }
            JsonNode usage = chunk.path("usage");
            if (usage.isObject()) {
                reply.usage(count(usage, "prompt_tokens"), count(usage, "completion_tokens"));
            }
            JsonNode choice = chunk.path("choices").path(0);
            JsonNode delta = choice.path("delta");
            String thought = text(delta, "reasoning_content");
            reply.thinking(thought != null ? thought : text(delta, "reasoning"));
            reply.text(text(delta, "content"));
            reply.text(text(delta, "refusal"));
            for (JsonNode call : delta.path("tool_calls")) {
                JsonNode function = call.path("function");
                reply.toolCall(
                        call.path("index").asInt(0),
                        text(call, "id"),
                        text(function, "name"),
                        text(function, "arguments"));
            }
            String reason = text(choice, "finish_reason");
            if (reason != null) {
                reply.finish(
                        switch (reason) {
                            case "length" -> ChatReply.Finish.LENGTH;
                            case "content_filter" -> ChatReply.Finish.CONTENT_FILTER;
                            case "tool_calls", "function_call" -> ChatReply.Finish.TOOL_CALLS;
                            default -> ChatReply.Finish.STOP;
                        });
            }
            return false;
        }

        private static DecodeException toldError(JsonNode error) {
            String message = text(error, "message");
            long status = count(error, "code");
            var kind =
                    status == 429
                            ? ModelException.Kind.RATE_LIMITED
                            : ModelException.Kind.SERVER_ERROR;
            return DecodeException.told(
                    kind, message == null ? error.asString("an error") : message);
        }

        @Override
        boolean complete() {
            return reply.finished();
        }
    }
}
