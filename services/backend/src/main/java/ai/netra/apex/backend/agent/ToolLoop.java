package ai.netra.apex.backend.agent;

import ai.netra.apex.backend.model.CallContext;
import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.model.ChatListener;
import ai.netra.apex.backend.model.ChatReply;
import ai.netra.apex.backend.model.ChatRequest;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ModelException;
import ai.netra.apex.backend.model.ModelGateway;
import ai.netra.apex.backend.model.ModelMessage;
import ai.netra.apex.backend.model.Sampling;
import ai.netra.apex.backend.model.ToolCall;
import ai.netra.apex.backend.model.ToolSpec;
import ai.netra.apex.backend.run.RunRequest;
import ai.netra.apex.backend.run.RunResult;
import ai.netra.apex.backend.run.RunSink;
import ai.netra.apex.backend.run.Usage;
import ai.netra.apex.backend.tool.ToolContext;
import ai.netra.apex.backend.tool.ToolOutcome;
import ai.netra.apex.backend.tool.ToolRegistry;
import java.util.List;
import java.util.function.IntSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a language model and calls the tools it wants until it has answered, within a bound of
 * steps. Thread-safe.
 */
public final class ToolLoop {

    private static final int MAX_CALLS_PER_STEP = 8;

    private final ModelGateway gateway;
    private final ModelCatalog catalog;
    private final ToolRegistry tools;
    private final Prompt prompt;
    private final IntSupplier maxSteps;

    public ToolLoop(
            ModelGateway gateway,
            ModelCatalog catalog,
            ToolRegistry tools,
            Prompt prompt,
            IntSupplier maxSteps) {
        this.gateway = gateway;
        this.catalog = catalog;
        this.tools = tools;
        this.prompt = prompt;
        this.maxSteps = maxSteps;
    }

    /**
     * Runs to the answer.
     *
     * @throws ModelException when there is none; not when the run was stopped
     */
    public RunResult run(RunRequest request, RunSink sink) throws ModelException {
        var cancellation = new Cancellation();
        try (var _ = sink.onStop(cancellation::cancel)) {
            return new Run(request, sink, cancellation).execute();
        }
    }

    /**
     * One run, which goes on with the provider, the bounds and the tools it began with. Used by one
     * thread.
     */
    private final class Run {
        private final RunRequest request;
        private final RunSink sink;
        private final CallContext context;
        private final StringBuilder text = new StringBuilder();
        private final ModelGateway.Line line;
        private final int steps = maxSteps.getAsInt();
        private boolean withTools;
        private long inputTokens;
        private long outputTokens;

        private Run(RunRequest request, RunSink sink, Cancellation cancellation)
                throws ModelException {
            this.request = request;
            this.sink = sink;
            this.line = gateway.line(request.model());
            this.withTools = catalog.supportsTools(request.model());
            this.context =
                    new CallContext(
                            request.userId(),
                            request.threadId(),
                            request.runId(),
                            "run",
                            request.deadline(),
                            cancellation);
        }

        private RunResult execute() throws ModelException {
            List<ModelMessage> messages = prompt.messages(request, catalog);
            for (int step = 1; step <= steps && !sink.stopped(); step++) {
                ChatReply reply;
                try {
                    reply = ask(messages, step);
                } catch (ModelException e) {
                    if (e.kind() == ModelException.Kind.CANCELLED && sink.stopped()) {
                        break;
                    }
                    throw e;
                }
                inputTokens += reply.usage().inputTokens();
                outputTokens += reply.usage().outputTokens();
                if (reply.toolCalls().isEmpty()) {
                    finish(reply);
                    break;
                }
                messages.add(new ModelMessage.Assistant(reply.text(), reply.toolCalls()));
                call(reply.toolCalls(), messages);
                if (!text.isEmpty()) {
                    say("\n\n");
                }
            }
            return new RunResult(text.toString(), new Usage(inputTokens, outputTokens));
        }

        private ChatReply ask(List<ModelMessage> messages, int step) throws ModelException {
            List<ToolSpec> specs = withTools && step < steps ? tools.specs() : List.of();
            try {
                return send(messages, specs, step);
            } catch (ModelException e) {
                if (e.kind() != ModelException.Kind.TOOLS_UNSUPPORTED) {
                    throw e;
                }
                catalog.refusedTools(request.model());
                withTools = false;
                return send(messages, List.of(), step);
            }
        }

        private ChatReply send(List<ModelMessage> messages, List<ToolSpec> specs, int step)
                throws ModelException {
            var thoughts = new Thoughts(sink, step);
            var listener =
                    new ChatListener() {
                        @Override
                        public void text(String piece) {
                            thoughts.flush();
                            say(piece);
                        }

                        @Override
                        public void thinking(String piece) {
                            thoughts.add(piece);
                        }
                    };
            try {
                return line.chat(
                        new ChatRequest(request.model(), messages, specs, Sampling.DEFAULT),
                        listener,
                        context);
            } finally {
                thoughts.flush();
            }
        }

        private void call(List<ToolCall> calls, List<ModelMessage> messages) {
            var who = new ToolContext(request.userId(), request.threadId());
            int count = 0;
            for (ToolCall call : calls) {
                String result;
                if (++count > MAX_CALLS_PER_STEP) {
                    result = "{\"error\":\"too many calls at once; ask again\"}";
                } else {
                    sink.toolExecuting(call.name(), Json.valueOrText(call.arguments()));
                    ToolOutcome outcome =
                            tools.call(call.name(), call.arguments(), who, context.cancellation());
                    result = outcome.result().toString();
                    sink.toolCompleted(call.name(), result, outcome.durationMillis());
                }
                messages.add(new ModelMessage.ToolResult(call.id(), call.name(), result));
            }
        }

        private void finish(ChatReply reply) {
            switch (reply.finish()) {
                case LENGTH -> say("\n\n*(The answer reached the model's length limit here.)*");
                case CONTENT_FILTER ->
                        say("\n\n*(The provider ended the answer here for reasons of content.)*");
                case STOP, TOOL_CALLS -> {
                    if (text.toString().isBlank()) {
                        say("*(The model gave an empty answer.)*");
                    }
                }
            }
        }

        private void say(String piece) {
            text.append(piece);
            sink.textDelta(piece);
        }
    }

    /** A model's reasoning, told a paragraph at a time. */
    private static final class Thoughts {
        private static final int ENOUGH = 600;

        private final RunSink sink;
        private final int step;
        private final StringBuilder thought = new StringBuilder();

        private Thoughts(RunSink sink, int step) {
            this.sink = sink;
            this.step = step;
        }

        private void add(String piece) {
            thought.append(piece);
            if (thought.length() > ENOUGH || piece.contains("\n\n")) {
                flush();
            }
        }

        private void flush() {
            String whole = thought.toString().strip();
            thought.setLength(0);
            if (!whole.isEmpty()) {
                sink.thinking(whole, step);
            }
        }
    }

    /** What tool calls are shown as. */
    private static final class Json {
        private static String valueOrText(String arguments) {
            try {
                return JsonMapper.shared().readTree(arguments).toString();
            } catch (JacksonException e) {
                return JsonMapper.shared().writeValueAsString(arguments);
            }
        }
    }
}
