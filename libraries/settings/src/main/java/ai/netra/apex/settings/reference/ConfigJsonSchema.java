package ai.netra.apex.settings.reference;

import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a JSON Schema (2020-12) of services' settings, for editors of the files that set them.
 * Secrets are in it only by their {@code _FROM} references: they do not belong into such files.
 */
public final class ConfigJsonSchema {
    private static final String ENUMERATION = "one of ";

    private ConfigJsonSchema() {}

    /** The schema. The same declarations always give the same text. */
    public static String of(List<ServiceSettings> services) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (ServiceSettings service : services) {
            for (Setting<?> setting : service.settings()) {
                if (setting.isSecret()) {
                    properties.put(setting.key() + "_FROM", reference(setting));
                } else {
                    properties.put(setting.key(), property(setting));
                }
            }
        }
        String body =
                properties.entrySet().stream()
                        .map(entry -> "    " + quote(entry.getKey()) + ": " + entry.getValue())
                        .collect(Collectors.joining(",\n"));
        return """
               {
                 "$schema": "https://json-schema.org/draft/2020-12/schema",
                 "title": "Configuration of Netra Apex",
                 "type": "object",
                 "additionalProperties": false,%s
                 "properties": {
               %s
                 }
               }
               """
                .formatted(
                        properties.containsKey(ServiceSettings.TIER.key())
                                ? "\n  \"required\": [\"APEX_TIER\"],"
                                : "",
                        body);
    }

    private static String reference(Setting<?> setting) {
        return "{\"type\": \"string\", \"pattern\": \"^(file|systemd|vault):\", \"description\": "
                + quote("Where the secret is kept: " + setting.description())
                + "}";
    }

    private static <T> String property(Setting<T> setting) {
        StringBuilder text = new StringBuilder("{").append(type(setting.type().name()));
        List<Optional<T>> defaults =
                Arrays.stream(Tier.values()).map(setting::defaultIn).distinct().toList();
        if (defaults.size() == 1) {
            defaults.getFirst()
                    .ifPresent(
                            value ->
                                    text.append(", \"default\": ").append(literal(setting, value)));
        }
        String constraints =
                setting.constraints().stream()
                        .map(constraint -> " Must " + constraint.description() + ".")
                        .collect(Collectors.joining());
        keywords(setting)
                .forEach(
                        (word, json) ->
                                text.append(", ").append(quote(word)).append(": ").append(json));
        return text.append(", \"description\": ")
                .append(quote(setting.description() + constraints))
                .append('}')
                .toString();
    }

    /** What holds in every tier; of lists the elements would have to be told apart. */
    private static Map<String, String> keywords(Setting<?> setting) {
        Map<String, String> all = new LinkedHashMap<>();
        if (!type(setting.type().name()).contains("pattern")) {
            setting.constraints().stream()
                    .filter(constraint -> constraint.tiers().size() == Tier.values().length)
                    .forEach(constraint -> all.putAll(constraint.keywords()));
        }
        return all;
    }

    private static <T> String literal(Setting<T> setting, T value) {
        String written = setting.type().format(value);
        return switch (setting.type().name()) {
            case "integer", "long", "decimal", "boolean" -> written;
            default -> quote(written);
        };
    }

    private static String type(String name) {
        if (name.startsWith(ENUMERATION)) {
            return Arrays.stream(name.substring(ENUMERATION.length()).split(", ", -1))
                    .map(ConfigJsonSchema::quote)
                    .collect(Collectors.joining(", ", "\"enum\": [", "]"));
        }
        return switch (name) {
            case "integer", "long" -> "\"type\": \"integer\"";
            case "decimal" -> "\"type\": \"number\"";
            case "boolean" -> "\"type\": \"boolean\"";
            case "duration" -> "\"type\": \"string\", \"pattern\": \"^([0-9]+(ms|s|m|h|d)|P.*)$\"";
            case "data size" -> "\"type\": \"string\", \"pattern\": \"^[0-9]+ ?([kKMGT]i?)?B$\"";
            case "url" -> "\"type\": \"string\", \"format\": \"uri\"";
            default -> "\"type\": \"string\"";
        };
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
