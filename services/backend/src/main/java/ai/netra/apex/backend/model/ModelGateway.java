package ai.netra.apex.backend.model;

import ai.netra.apex.backend.model.ModelException.Kind;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Asks models of every provider, one call at a time per thread. Thread-safe. */
public final class ModelGateway implements AutoCloseable {

    private volatile Map<String, Provider> providers = Map.of();
    private final CallRecord.Observer observer;
    private final Clock clock;
    private final HttpClient http;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public ModelGateway(ModelsConfig config, CallRecord.Observer observer, Clock clock) {
        this.observer = observer;
        this.clock = clock;
        // HTTP/1.1, so that ending a call is closing its socket; no redirects, so that a key never
        // travels to an address nobody configured.
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(5))
                        .executor(threads)
                        .build();
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("model-watch").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        follow(config);
    }

    /**
     * Has the providers of {@code config} from now on. Calls under way go on as they began; one
     * that stays keeps its count of calls and its breaker.
     */
    synchronized void follow(ModelsConfig config) {
        var next = new LinkedHashMap<String, Provider>();
        for (ProviderConfig about : config.providers()) {
            Provider known = providers.get(about.name());
            Provider same = known == null ? null : known.with(about);
            next.put(about.name(), same == null ? new Provider(about, http, timer, clock) : same);
        }
        providers = Collections.unmodifiableMap(next);
    }

    Collection<Provider> providers() {
        return providers.values();
    }

    /** The provider of the model with this id; null when there is none. */
    @Nullable Provider provider(String modelId) {
        int slash = modelId.indexOf('/');
        return slash <= 0 ? null : providers.get(modelId.substring(0, slash));
    }

    /**
     * Asks a model and blocks until its answer is whole. Returns within a second of the context's
     * cancellation or of an interrupt, with the provider's socket closed.
     *
     * @throws ModelException when there is no whole answer; the listener may have heard a part
     */
    public ChatReply chat(ChatRequest request, ChatListener listener, CallContext context)
            throws ModelException {
        return line(request.model()).chat(request, listener, context);
    }

    /**
     * The way to a model as it is now: whoever holds it goes on asking the same provider within the
     * same bounds, whatever is configured meanwhile.
     *
     * @throws ModelException when there is no such model
     */
    public Line line(String model) throws ModelException {
        Provider provider = provider(model);
        if (provider == null) {
            throw new ModelException(
                    Kind.MODEL_UNKNOWN,
                    "",
                    0,
                    "There is no model " + model + ". Choose another one.",
                    null,
                    null);
        }
        return (request, listener, context) -> chat(provider, request, listener, context);
    }

    /** Asks one model, as {@link ModelGateway#chat} does. */
    @FunctionalInterface
    public interface Line {

        /** Asks and blocks until the answer is whole. */
        ChatReply chat(ChatRequest request, ChatListener listener, CallContext context)
                throws ModelException;
    }

    private ChatReply chat(
            Provider provider, ChatRequest request, ChatListener listener, CallContext context)
            throws ModelException {
        Instant time = clock.instant();
        long startedAt = System.nanoTime();
        var progress = new Provider.Progress();
        String name = request.model().substring(request.model().indexOf('/') + 1);
        Duration left = Duration.between(time, context.deadline());
        Duration total = provider.config().forModel(name).limits().total();
        Duration limit = left.compareTo(total) < 0 ? left : total;
        @Nullable ChatReply reply = null;
        @Nullable ModelException failure = null;
        try {
            reply = provider.chat(name, request, listener, limit, context.cancellation(), progress);
            return reply;
        } catch (ModelException e) {
            failure = e;
            throw e;
        } finally {
            if (progress.attempts > 0) {
                observer.called(
                        record(request, context, time, startedAt, progress, reply, failure));
            }
        }
    }

    private static CallRecord record(
            ChatRequest request,
            CallContext context,
            Instant time,
            long startedAt,
            Provider.Progress progress,
            @Nullable ChatReply reply,
            @Nullable ModelException failure) {
        var partial = progress.reply;
        TokenUsage tokens;
        if (reply != null) {
            tokens = reply.usage();
        } else if (partial != null && partial.begun()) {
            tokens = partial.usage(request);
        } else {
            tokens = new TokenUsage(0, 0, true);
        }
        boolean stopped = failure != null && failure.kind() == Kind.CANCELLED;
        return new CallRecord(
                time,
                context.userId(),
                context.threadId(),
                context.runId(),
                context.source(),
                request.model().substring(0, request.model().indexOf('/')),
                request.model(),
                reply != null ? "ok" : stopped ? "stopped" : "failed",
                failure == null || stopped ? "" : failure.kind().name().toLowerCase(Locale.ROOT),
                tokens,
                progress.firstPieceAt == 0
                        ? -1
                        : Duration.ofNanos(progress.firstPieceAt - startedAt).toMillis(),
                Duration.ofNanos(System.nanoTime() - startedAt).toMillis(),
                reply == null ? 0 : reply.toolCalls().size(),
                progress.attempts);
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
        threads.shutdownNow();
    }
}
