package ai.netra.apex.backend.model;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model's tool arguments on their way back to a provider that wants an object, not text. */
final class Arguments {

    private Arguments() {}

    /** The object in {@code json}; an empty one when the model wrote something else. */
    static JsonNode object(String json) {
        try {
            JsonNode node = JsonMapper.shared().readTree(json);
            return node.isObject() ? node : JsonMapper.shared().createObjectNode();
        } catch (JacksonException e) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
