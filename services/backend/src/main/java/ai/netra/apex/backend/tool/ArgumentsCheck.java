package ai.netra.apex.backend.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Checks arguments against the part of JSON Schema that tools describe themselves in: {@code type},
 * {@code properties}, {@code required}, {@code enum}, {@code minLength}, {@code maxLength}, {@code
 * minimum}, {@code maximum}, {@code items}, {@code maxItems}; properties that are not named are
 * refused. Stateless.
 */
final class ArgumentsCheck {

    private ArgumentsCheck() {}

    /** What is wrong, in words a model can act on; empty when nothing is. */
    static List<String> problems(JsonNode schema, JsonNode value) {
        List<String> problems = new ArrayList<>();
        check("arguments", schema, value, problems);
        return problems;
    }

    private static void check(String path, JsonNode schema, JsonNode value, List<String> problems) {
        String type = schema.path("type").asString("");
        if (!type.isEmpty() && !isOf(type, value)) {
            problems.add(path + " must be of type " + type);
            return;
        }
        JsonNode allowed = schema.path("enum");
        if (allowed.isArray() && !contains(allowed, value)) {
            problems.add(path + " must be one of " + allowed);
        }
        switch (type) {
            case "object" -> object(path, schema, value, problems);
            case "array" -> array(path, schema, value, problems);
            case "string" -> {
                int length = value.stringValue().length();
                range(path + " in characters", length, schema, "minLength", "maxLength", problems);
            }
            case "integer", "number" ->
                    range(path, value.doubleValue(), schema, "minimum", "maximum", problems);
            default -> {
                // Booleans and nulls have nothing more to check.
            }
        }
    }

    private static void object(
            String path, JsonNode schema, JsonNode value, List<String> problems) {
        JsonNode properties = schema.path("properties");
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.stringValue())) {
                problems.add(path + "." + name.stringValue() + " is missing");
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode property = properties.path(member.getKey());
            if (property.isMissingNode()) {
                problems.add(path + "." + member.getKey() + " is not known");
            } else {
                check(path + "." + member.getKey(), property, member.getValue(), problems);
            }
        }
    }

    private static void array(String path, JsonNode schema, JsonNode value, List<String> problems) {
        range(path + " in items", value.size(), schema, "minItems", "maxItems", problems);
        for (int i = 0; i < value.size(); i++) {
            check(path + "[" + i + "]", schema.path("items"), value.get(i), problems);
        }
    }

    private static void range(
            String path,
            double value,
            JsonNode schema,
            String minimum,
            String maximum,
            List<String> problems) {
        JsonNode least = schema.path(minimum);
        JsonNode most = schema.path(maximum);
        if (least.isNumber() && value < least.doubleValue()) {
            problems.add(path + " must be at least " + least);
        }
        if (most.isNumber() && value > most.doubleValue()) {
            problems.add(path + " must be at most " + most);
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
    }

    private static boolean contains(JsonNode allowed, JsonNode value) {
        for (JsonNode one : allowed) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }
}
