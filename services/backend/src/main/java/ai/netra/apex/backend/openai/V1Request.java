package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.model.ChatRequest;
import ai.netra.apex.backend.model.ModelMessage;
import ai.netra.apex.backend.model.Sampling;
import ai.netra.apex.backend.model.ToolCall;
import ai.netra.apex.backend.model.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A chat completion's request. What it asks for and cannot be had is refused, not ignored; fields
 * that only tune a provider ({@code seed}, penalties, {@code user} …) are left out.
 */
record V1Request(ChatRequest chat, boolean stream, boolean includeUsage) {

    private static final int MAX_MESSAGES = 2_000;
    private static final int MAX_TOOLS = 128;

    static V1Request parse(byte[] body) throws V1Exception {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw V1Exception.invalid(null, "We could not parse the JSON body of your request.");
        }
        if (!root.isObject()) {
            throw V1Exception.invalid(null, "The body of the request must be a JSON object.");
        }
        String model = root.path("model").asString("");
        if (model.isBlank()) {
            throw V1Exception.invalid("model", "you must provide a model parameter");
        }
        refuseWhatCannotBeHad(root);
        var chat = new ChatRequest(model, messages(root), tools(root), sampling(root));
        return new V1Request(
                chat,
                root.path("stream").asBoolean(false),
                root.path("stream_options").path("include_usage").asBoolean(false));
    }

    private static void refuseWhatCannotBeHad(JsonNode root) throws V1Exception {
        if (root.path("n").asInt(1) != 1) {
            throw V1Exception.invalid("n", "Only n = 1 is supported here.");
        }
        String format = root.path("response_format").path("type").asString("text");
        if (!format.equals("text")) {
            throw V1Exception.invalid(
                    "response_format", "Only response_format text is supported here.");
        }
        if (root.path("logprobs").asBoolean(false)) {
            throw V1Exception.invalid("logprobs", "Log probabilities are not supported here.");
        }
        if (root.has("functions")) {
            throw V1Exception.invalid("functions", "Use tools instead of functions.");
        }
        for (JsonNode modality : root.path("modalities")) {
            if (!modality.asString("").equals("text")) {
                throw V1Exception.invalid("modalities", "Only text is supported here.");
            }
        }
    }

    private static List<ModelMessage> messages(JsonNode root) throws V1Exception {
        JsonNode list = root.path("messages");
        if (!list.isArray() || list.isEmpty()) {
            throw V1Exception.invalid("messages", "messages must be an array that is not empty.");
        }
        if (list.size() > MAX_MESSAGES) {
            throw V1Exception.invalid(
                    "messages", "There may be at most " + MAX_MESSAGES + " messages.");
        }
        List<ModelMessage> messages = new ArrayList<>();
        Map<String, String> toolNames = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            messages.add(message(list.get(i), "messages[" + i + "]", toolNames));
        }
        return messages;
    }

    private static ModelMessage message(JsonNode node, String at, Map<String, String> toolNames)
            throws V1Exception {
        String role = node.path("role").asString("");
        return switch (role) {
            case "system", "developer" -> new ModelMessage.Instructions(text(node, at, false));
            case "user" -> new ModelMessage.User(text(node, at, false));
            case "tool" -> {
                String id = node.path("tool_call_id").asString("");
                String tool = toolNames.get(id);
                if (tool == null) {
                    throw V1Exception.invalid(
                            at + ".tool_call_id",
                            "A message with role tool must answer a tool call before it.");
                }
                yield new ModelMessage.ToolResult(id, tool, text(node, at, false));
            }
            case "assistant" -> {
                List<ToolCall> calls = new ArrayList<>();
                for (JsonNode call : node.path("tool_calls")) {
                    JsonNode function = call.path("function");
                    String id = call.path("id").asString("");
                    String name = function.path("name").asString("");
                    toolNames.put(id, name);
                    calls.add(
                            new ToolCall(
                                    id, name, function.path("arguments").asString("{}"), null));
                }
                yield new ModelMessage.Assistant(text(node, at, !calls.isEmpty()), calls);
            }
            default ->
                    throw V1Exception.invalid(
                            at + ".role",
                            "role must be system, developer, user, assistant or tool.");
        };
    }

    private static String text(JsonNode node, String at, boolean mayBeMissing) throws V1Exception {
        JsonNode content = node.path("content");
        if (content.isString()) {
            return content.stringValue();
        }
        if (content.isArray()) {
            var text = new StringBuilder();
            for (JsonNode part : content) {
                String type = part.path("type").asString("");
                if (!type.equals("text") && !type.equals("refusal")) {
                    throw V1Exception.invalid(
                            at + ".content", "Only parts of type text are supported here.");
                }
                text.append(part.path(type).asString(""));
            }
            return text.toString();
        }
        if (mayBeMissing || node.path("role").asString("").equals("assistant")) {
            return "";
        }
        throw V1Exception.invalid(at + ".content", "content must be text or an array of parts.");
    }

    private static List<ToolSpec> tools(JsonNode root) throws V1Exception {
        List<ToolSpec> tools = new ArrayList<>();
        JsonNode list = root.path("tools");
        if (list.size() > MAX_TOOLS) {
            throw V1Exception.invalid("tools", "There may be at most " + MAX_TOOLS + " tools.");
        }
        for (JsonNode tool : list) {
            JsonNode function = tool.path("function");
            String name = function.path("name").asString("");
            if (!tool.path("type").asString("").equals("function") || name.isEmpty()) {
                throw V1Exception.invalid("tools", "Only tools of type function are supported.");
            }
            JsonNode parameters = function.path("parameters");
            tools.add(
                    new ToolSpec(
                            name,
                            function.path("description").asString(""),
                            parameters.isObject()
                                    ? parameters
                                    : JsonMapper.shared()
                                            .readTree("{\"type\":\"object\",\"properties\":{}}")));
        }
        return tools;
    }

    private static Sampling sampling(JsonNode root) throws V1Exception {
        List<String> stop = new ArrayList<>();
        JsonNode stops = root.path("stop");
        if (stops.isString()) {
            stop.add(stops.stringValue());
        } else {
            stops.forEach(s -> stop.add(s.asString("")));
        }
        if (stop.size() > 4) {
            throw V1Exception.invalid("stop", "There may be at most 4 stop sequences.");
        }
        Double maximum = number(root, "max_completion_tokens", 1, 10_000_000);
        if (maximum == null) {
            maximum = number(root, "max_tokens", 1, 10_000_000);
        }
        JsonNode choice = root.path("tool_choice");
        String toolChoice =
                choice.isString()
                        ? choice.stringValue()
                        : choice.isObject()
                                ? choice.path("function").path("name").asString("auto")
                                : null;
        return new Sampling(
                number(root, "temperature", 0, 2),
                number(root, "top_p", 0, 1),
                maximum == null ? null : maximum.intValue(),
                stop,
                toolChoice);
    }

    private static @Nullable Double number(JsonNode root, String name, double least, double most)
            throws V1Exception {
        JsonNode node = root.path(name);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isNumber() || node.doubleValue() < least || node.doubleValue() > most) {
            throw V1Exception.invalid(
                    name, name + " must be a number from " + least + " to " + most + ".");
        }
        return node.doubleValue();
    }
}
