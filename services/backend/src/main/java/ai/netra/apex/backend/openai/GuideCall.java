package ai.netra.apex.backend.openai;

import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.CallContext;
import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.ChatListener;
import ai.netra.apex.backend.model.ChatReply;
import ai.netra.apex.backend.model.ChatRequest;
import ai.netra.apex.backend.model.ModelMessage;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.model.TokenUsage;
import ai.netra.apex.backend.run.ChatTurn;
import ai.netra.apex.backend.run.RunSink;
import ai.netra.apex.backend.tool.ToolContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Asks the guide as if it were a model. Stateless. */
final class GuideCall {

    private GuideCall() {}

    static ChatReply ask(
            Guide guide,
            ChatRequest request,
            ChatListener listener,
            CallContext context,
            CallRecord.Observer observer) {
        List<ChatTurn> history = new ArrayList<>();
        for (ModelMessage message : request.messages()) {
            switch (message) {
                case ModelMessage.User user ->
                        history.add(new ChatTurn(ChatTurn.Role.USER, user.text()));
                case ModelMessage.Assistant assistant ->
                        history.add(new ChatTurn(ChatTurn.Role.ASSISTANT, assistant.text()));
                case ModelMessage.Instructions _, ModelMessage.ToolResult _ -> {
                    // It follows no instructions and calls only its own tools.
                }
            }
        }
        if (history.isEmpty() || history.getLast().role() != ChatTurn.Role.USER) {
            history.add(new ChatTurn(ChatTurn.Role.USER, "help"));
        }
        Instant time = Instant.now();
        long startedAt = System.nanoTime();
        String text =
                guide.answer(
                        history,
                        new ToolContext(context.userId(), null),
                        new Sink(listener, context));
        var tokens =
                new TokenUsage(
                        TokenUsage.estimate(history.getLast().content().length()),
                        TokenUsage.estimate(text.length()),
                        true);
        boolean stopped = context.cancellation().isCancelled();
        observer.called(
                new CallRecord(
                        time,
                        context.userId(),
                        null,
                        null,
                        context.source(),
                        "apex",
                        ModelsConfig.GUIDE,
                        stopped ? "stopped" : "ok",
                        "",
                        tokens,
                        -1,
                        Duration.ofNanos(System.nanoTime() - startedAt).toMillis(),
                        0,
                        1));
        return new ChatReply(text, List.of(), ChatReply.Finish.STOP, tokens);
    }

    /** Passes on the text; a program that asked has no place for the rest. */
    private record Sink(ChatListener listener, CallContext context) implements RunSink {

        @Override
        public void thinking(String thought, int step) {}

        @Override
        public void textDelta(String text) {
            if (!text.isEmpty()) {
                listener.text(text);
            }
        }

        @Override
        public void toolExecuting(String tool, String argumentsJson) {}

        @Override
        public void toolCompleted(String tool, String resultJson, long durationMs) {}

        @Override
        public boolean stopped() {
            return context.cancellation().isCancelled();
        }

        @Override
        public Registration onStop(Runnable action) {
            var registration = context.cancellation().onCancel(action);
            return registration::close;
        }
    }
}
