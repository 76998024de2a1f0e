package ai.netra.apex.backend.model;

import java.util.List;

/**
 * One question to one model.
 *
 * @param model the catalog's id, {@code <provider>/<name>}
 * @param messages oldest first, at least one
 * @param tools what the model may ask to have called; empty for none
 */
public record ChatRequest(
        String model, List<ModelMessage> messages, List<ToolSpec> tools, Sampling sampling) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    ChatRequest withoutTools() {
        return new ChatRequest(model, messages, List.of(), sampling);
    }
}
