package ai.netra.apex.backend.model;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How one vendor is asked and understood. Stateless. */
sealed interface Protocol
        permits OpenAiProtocol, AnthropicProtocol, GeminiProtocol, OllamaProtocol {

    static Protocol of(ProviderConfig.Kind kind) {
        return switch (kind) {
            case OPENAI -> new OpenAiProtocol();
            case ANTHROPIC -> new AnthropicProtocol();
            case GEMINI -> new GeminiProtocol();
            case OLLAMA -> new OllamaProtocol();
        };
    }

    /** Where {@code model} is asked. */
    URI chatUri(URI base, String model);

    /** Where the list of models is. */
    URI modelsUri(URI base);

    /** Headers that carry the key and the protocol's version. */
    Map<String, String> headers(@Nullable String key);

    /** The request's body; {@code model} is the provider's own name for it. */
    ObjectNode body(String model, ChatRequest request);

    StreamDecoder decoder(ReplyBuilder reply);

    /** The models of a list. */
    List<ListedModel> models(JsonNode list);

    /** The message in an error answer; null when there is none. */
    default @Nullable String errorMessage(JsonNode body) {
        JsonNode error = body.path("error");
        if (error.isString()) {
            return error.stringValue();
        }
        return StreamDecoder.text(error.isObject() ? error : body, "message");
    }

    /** The vendor's own code or type of an error; empty when there is none. */
    default String errorCode(JsonNode body) {
        JsonNode error = body.path("error");
        for (String member : List.of("code", "status", "type")) {
            String text = StreamDecoder.text(error, member);
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    /**
     * A model in a provider's list.
     *
     * @param contextWindow in tokens; null when not told
     * @param tools whether it takes tools; null when not told
     */
    record ListedModel(
            String name, String title, @Nullable Integer contextWindow, @Nullable Boolean tools) {

        /** With a window of {@code window} tokens, which is not told where it is not positive. */
        static ListedModel of(String name, String title, long window, @Nullable Boolean tools) {
            return new ListedModel(
                    name,
                    title,
                    window > 0 ? (int) Math.min(window, Integer.MAX_VALUE) : null,
                    tools);
        }
    }
}
