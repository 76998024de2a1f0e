package ai.netra.apex.backend.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the bodies of requests of several vendors have in common. */
final class Bodies {

    /**
     * The vendor's names for bounds of an answer.
     *
     * @param maxTokens null where the vendor wants it in a way of its own
     */
    record SamplingNames(String topP, @Nullable String maxTokens, String stop) {}

    private Bodies() {}

    /** Writes what is set of {@code sampling}. */
    static void sampling(ObjectNode into, Sampling sampling, SamplingNames names) {
        if (sampling.temperature() != null) {
            into.put("temperature", sampling.temperature());
        }
        if (sampling.topP() != null) {
            into.put(names.topP(), sampling.topP());
        }
        if (sampling.maxTokens() != null && names.maxTokens() != null) {
            into.put(names.maxTokens(), sampling.maxTokens());
        }
        if (!sampling.stop().isEmpty()) {
            ArrayNode stop = into.putArray(names.stop());
            sampling.stop().forEach(stop::add);
        }
    }

    /** Tools as OpenAI describes them: objects of type {@code function}. */
    static void functions(ObjectNode into, List<ToolSpec> specs) {
        ArrayNode tools = into.putArray("tools");
        for (ToolSpec tool : specs) {
            ObjectNode function = tools.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name()).put("description", tool.description());
            function.set("parameters", tool.parameters());
        }
    }

    /** A message as OpenAI has it: a role and a text. */
    static ObjectNode text(ObjectNode message, String role, String text) {
        return message.put("role", role).put("content", text);
    }

    /**
     * The array {@code parts} of the last turn if that is {@code role}'s, else of a new one: for
     * protocols in which the roles take turns.
     */
    static ArrayNode turn(ArrayNode turns, String role, String parts) {
        JsonNode last = turns.isEmpty() ? null : turns.get(turns.size() - 1);
        return last != null && role.equals(StreamDecoder.text(last, "role"))
                ? (ArrayNode) last.path(parts)
                : turns.addObject().put("role", role).putArray(parts);
    }
}
