package ai.netra.apex.backend.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts an answer together from its pieces, within bounds. Not thread-safe. */
final class ReplyBuilder {

    static final int MAX_TEXT = 2_000_000;
    static final int MAX_ARGUMENTS = 256 * 1024;
    static final int MAX_CALLS = 64;

    private final ChatListener listener;
    private final StringBuilder text = new StringBuilder();
    private final SortedMap<Integer, PendingCall> calls = new TreeMap<>();
    private ChatReply.@Nullable Finish finish;
    private long inputTokens = -1;
    private long outputTokens = -1;
    private long thinkingCharacters;
    private boolean begun;

    ReplyBuilder(ChatListener listener) {
        this.listener = listener;
    }

    void text(@Nullable String piece) throws DecodeException {
        if (piece == null || piece.isEmpty()) {
            return;
        }
        begun = true;
        if (text.length() + piece.length() > MAX_TEXT) {
            throw DecodeException.tooLong("an answer of more than " + MAX_TEXT + " characters");
        }
        text.append(piece);
        listener.text(piece);
    }

    void thinking(@Nullable String piece) {
        if (piece == null || piece.isEmpty()) {
            return;
        }
        begun = true;
        thinkingCharacters += piece.length();
        listener.thinking(piece);
    }

    /** A piece of the tool call at {@code index}; null leaves a field as it is. */
    void toolCall(int index, @Nullable String id, @Nullable String name, @Nullable String arguments)
            throws DecodeException {
        begun = true;
        PendingCall call = calls.computeIfAbsent(index, i -> new PendingCall());
        if (calls.size() > MAX_CALLS) {
            throw DecodeException.tooLong("more than " + MAX_CALLS + " tool calls");
        }
        if (id != null && !id.isEmpty()) {
            call.id = id;
        }
        if (name != null && call.name.isEmpty()) {
            call.name = name;
        }
        if (arguments != null) {
            if (call.arguments.length() + arguments.length() > MAX_ARGUMENTS) {
                throw DecodeException.tooLong(
                        "tool arguments of more than " + MAX_ARGUMENTS + " characters");
            }
            call.arguments.append(arguments);
        }
    }

    void signature(int index, @Nullable String signature) {
        PendingCall call = calls.get(index);
        if (call != null) {
            call.signature = signature;
        }
    }

    int toolCalls() {
        return calls.size();
    }

    void finish(ChatReply.Finish reason) {
        finish = reason;
    }

    boolean finished() {
        return finish != null;
    }

    void usage(long input, long output) {
        inputTokens = input >= 0 ? input : inputTokens;
        outputTokens = output >= 0 ? output : outputTokens;
    }

    /** Whether a piece of the answer itself has come. */
    boolean begun() {
        return begun;
    }

    /** What there is so far, counted or estimated. */
    TokenUsage usage(ChatRequest request) {
        boolean estimated = inputTokens < 0 || outputTokens < 0;
        long input = inputTokens >= 0 ? inputTokens : estimateInput(request);
        long output =
                outputTokens >= 0
                        ? outputTokens
                        : TokenUsage.estimate(text.length() + thinkingCharacters);
        return new TokenUsage(input, output, estimated);
    }

    ChatReply build(ChatRequest request) {
        List<ToolCall> wanted = new ArrayList<>();
        calls.forEach((index, call) -> wanted.add(call.build(index)));
        ChatReply.Finish reason =
                !wanted.isEmpty()
                        ? ChatReply.Finish.TOOL_CALLS
                        : finish == null ? ChatReply.Finish.STOP : finish;
        return new ChatReply(text.toString(), wanted, reason, usage(request));
    }

    private static long estimateInput(ChatRequest request) {
        long characters = 0;
        for (ModelMessage message : request.messages()) {
            characters +=
                    switch (message) {
                        case ModelMessage.Instructions system -> system.text().length();
                        case ModelMessage.User user -> user.text().length();
                        case ModelMessage.Assistant assistant -> assistant.text().length();
                        case ModelMessage.ToolResult result -> result.content().length();
                    };
        }
        return TokenUsage.estimate(characters);
    }

    private static final class PendingCall {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();
        private @Nullable String signature;

        private ToolCall build(int index) {
            String json = arguments.isEmpty() ? "{}" : arguments.toString();
            return new ToolCall(id.isEmpty() ? "call_" + index : id, name, json, signature);
        }
    }
}
