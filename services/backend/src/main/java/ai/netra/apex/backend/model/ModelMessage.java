package ai.netra.apex.backend.model;

import java.util.List;

/** One message of a conversation as a model reads it. */
public sealed interface ModelMessage {

    /** Instructions that stand above the conversation. */
    record Instructions(String text) implements ModelMessage {}

    /** What the person said. */
    record User(String text) implements ModelMessage {}

    /** What the model said, and the tools it asked for. */
    record Assistant(String text, List<ToolCall> toolCalls) implements ModelMessage {
        public Assistant {
            toolCalls = List.copyOf(toolCalls);
        }
    }

    /** What a tool gave back for the call {@code callId}. */
    record ToolResult(String callId, String tool, String content) implements ModelMessage {}
}
