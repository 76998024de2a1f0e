package ai.netra.apex.backend.agent;

import ai.netra.apex.backend.guide.Guide;
import ai.netra.apex.backend.model.CallRecord;
import ai.netra.apex.backend.model.ModelException;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.model.TokenUsage;
import ai.netra.apex.backend.run.RunExecutor;
import ai.netra.apex.backend.run.RunFailedException;
import ai.netra.apex.backend.run.RunRequest;
import ai.netra.apex.backend.run.RunResult;
import ai.netra.apex.backend.run.RunSink;
import ai.netra.apex.backend.run.Usage;
import ai.netra.apex.backend.tool.ToolContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Executes a run with the model it names. Thread-safe. */
public final class ModelRunExecutor implements RunExecutor {

    private final Guide guide;
    private final ToolLoop loop;
    private final CallRecord.Observer observer;
    private final Clock clock;

    public ModelRunExecutor(Guide guide, ToolLoop loop, CallRecord.Observer observer, Clock clock) {
        this.guide = guide;
        this.loop = loop;
        this.observer = observer;
        this.clock = clock;
    }

    @Override
    public String agent(String model) {
        return model.equals(ModelsConfig.GUIDE) ? "guide" : "assistant";
    }

    @Override
    public RunResult execute(RunRequest request, RunSink sink) throws RunFailedException {
        if (request.model().equals(ModelsConfig.GUIDE)) {
            return guided(request, sink);
        }
        try {
            return loop.run(request, sink);
        } catch (ModelException e) {
            throw new RunFailedException(e.kind().code(), e.detail(), e.retryAfter(), e);
        }
    }

    private RunResult guided(RunRequest request, RunSink sink) {
        Instant time = clock.instant();
        long startedAt = System.nanoTime();
        var context = new ToolContext(request.userId(), request.threadId());
        String text = guide.answer(request.history(), context, sink);
        long millis = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
        var tokens =
                new TokenUsage(
                        TokenUsage.estimate(request.history().getLast().content().length()),
                        TokenUsage.estimate(text.length()),
                        true);
        observer.called(
                new CallRecord(
                        time,
                        request.userId(),
                        request.threadId(),
                        request.runId(),
                        "run",
                        "apex",
                        ModelsConfig.GUIDE,
                        sink.stopped() ? "stopped" : "ok",
                        "",
                        tokens,
                        -1,
                        millis,
                        0,
                        1));
        return new RunResult(text, new Usage(tokens.inputTokens(), tokens.outputTokens()));
    }
}
