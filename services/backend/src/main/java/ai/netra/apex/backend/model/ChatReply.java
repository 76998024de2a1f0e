package ai.netra.apex.backend.model;

import java.util.List;

/**
 * A model's whole answer.
 *
 * @param text everything that was streamed
 * @param toolCalls tools it wants called before it goes on; empty when it is done
 */
public record ChatReply(String text, List<ToolCall> toolCalls, Finish finish, TokenUsage usage) {

    public ChatReply {
        toolCalls = List.copyOf(toolCalls);
    }

    /** Why an answer ended. */
    public enum Finish {
        STOP,
        LENGTH,
        TOOL_CALLS,
        CONTENT_FILTER
    }
}
