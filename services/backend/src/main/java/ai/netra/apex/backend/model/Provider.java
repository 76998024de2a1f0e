package ai.netra.apex.backend.model;

import ai.netra.apex.backend.model.ModelException.Kind;
import ai.netra.apex.resilience.Slots;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One provider with its bounds: calls at once, a breaker that leaves it alone when it fails, a
 * budget of retries. Thread-safe.
 */
final class Provider {

    private static final int MAX_LIST_BYTES = 8 * 1024 * 1024;
    private static final Duration LIST_LIMIT = Duration.ofSeconds(5);
    private static final Duration OPEN = Duration.ofSeconds(15);
    private static final Duration LONGEST_RETRY_WAIT = Duration.ofSeconds(2);

    private final ProviderConfig config;
    private final Protocol protocol;
    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final State state;

    Provider(ProviderConfig config, HttpClient http, ScheduledExecutorService timer, Clock clock) {
        this.config = config;
        this.protocol = Protocol.of(config.kind());
        this.http = http;
        this.timer = timer;
        this.clock = clock;
        this.state = new State(config.name());
    }

    private Provider(ProviderConfig config, Provider before) {
        this.config = config;
        this.protocol = before.protocol;
        this.http = before.http;
        this.timer = before.timer;
        this.clock = before.clock;
        this.state = before.state;
    }

    /** What is known of the one at an address, whatever bounds it has. */
    private static final class State {
        private final Slots slots = new Slots();
        private final RetryBudget budget = new RetryBudget(System::nanoTime);
        private final CircuitBreaker breaker;
        private volatile long openedAt;

        private State(String name) {
            breaker =
                    CircuitBreaker.of(
                            name,
                            CircuitBreakerConfig.custom()
                                    .slidingWindowSize(20)
                                    .minimumNumberOfCalls(5)
                                    .failureRateThreshold(50)
                                    .waitDurationInOpenState(OPEN)
                                    .permittedNumberOfCallsInHalfOpenState(2)
                                    .build());
            breaker.getEventPublisher().onStateTransition(_ -> openedAt = System.nanoTime());
        }
    }

    /**
     * The same one with other bounds: its calls are counted on, and so are its failures. Null when
     * {@code next} is another server.
     */
    @Nullable Provider with(ProviderConfig next) {
        return next.isAt(config) ? new Provider(next, this) : null;
    }

    ProviderConfig config() {
        return config;
    }

    /** What is known about one call while it goes on. Used by one thread. */
    static final class Progress {
        int attempts;
        long firstPieceAt;
        @Nullable ReplyBuilder reply;
    }

    /**
     * Asks {@code model} (the provider's own name) and streams the answer.
     *
     * @throws ModelException when there is no whole answer
     */
    ChatReply chat(
            String model,
            ChatRequest request,
            ChatListener listener,
            Duration limit,
            Cancellation cancellation,
            Progress progress)
            throws ModelException {
        if (!state.slots.tryTake(config.limits().concurrent())) {
            throw ProviderErrors.of(Kind.BUSY, config, null, null);
        }
        try {
            state.budget.request();
            return withRetries(model, request, listener, limit, cancellation, progress);
        } finally {
            state.slots.release();
        }
    }

    private ChatReply withRetries(
            String model,
            ChatRequest request,
            ChatListener listener,
            Duration limit,
            Cancellation cancellation,
            Progress progress)
            throws ModelException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative()) {
                throw ProviderErrors.of(Kind.DEADLINE, config, null, null);
            }
            progress.attempts++;
            try {
                return guarded(model, request, listener, left, cancellation, progress);
            } catch (RetryableException e) {
                Duration wait = retryWait(e.failure(), progress.attempts);
                if (progress.attempts > config.limits().retries()
                        || wait == null
                        || !state.budget.tryRetry()) {
                    throw e.failure();
                }
                pause(wait, cancellation);
            }
        }
    }

    private ChatReply guarded(
            String model,
            ChatRequest request,
            ChatListener listener,
            Duration left,
            Cancellation cancellation,
            Progress progress)
            throws ModelException, RetryableException {
        if (!state.breaker.tryAcquirePermission()) {
            progress.attempts--;
            long open = Math.max(0, OPEN.toNanos() - (System.nanoTime() - state.openedAt));
            throw ProviderErrors.breakerOpen(config, Duration.ofNanos(open));
        }
        long startedAt = System.nanoTime();
        boolean told = false;
        try {
            ChatReply reply = once(model, request, listener, left, cancellation, progress);
            told = true;
            state.breaker.onSuccess(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS);
            return reply;
        } catch (RetryableException e) {
            told = tell(e.failure(), startedAt);
            throw e;
        } catch (ModelException e) {
            told = tell(e, startedAt);
            throw e;
        } finally {
            if (!told) {
                state.breaker.releasePermission();
            }
        }
    }

    /** Tells the breaker; false when the failure says nothing about the provider. */
    private boolean tell(ModelException failure, long startedAt) {
        if (failure.kind().providersFault()) {
            state.breaker.onError(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS, failure);
            return true;
        }
        if (failure.status() != 0) {
            // It answered, so it is there; that it said no is not its illness.
            state.breaker.onSuccess(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS);
            return true;
        }
        return false;
    }

    private ChatReply once(
            String model,
            ChatRequest request,
            ChatListener listener,
            Duration left,
            Cancellation cancellation,
            Progress progress)
            throws ModelException, RetryableException {
        if (cancellation.isCancelled()) {
            throw ProviderErrors.of(Kind.CANCELLED, config, null, null);
        }
        var reply = new ReplyBuilder(new FirstPiece(listener, progress));
        progress.reply = reply;
        HttpRequest http =
                request(protocol.chatUri(config.baseUrl(), model))
                        .header("Content-Type", "application/json")
                        .header("Accept", "text/event-stream, application/x-ndjson")
                        .POST(body(protocol.body(model, request)))
                        .build();
        var exchange =
                ChatExchange.send(config.forModel(model), this.http, timer, http, reply, left);
        ChatExchange.@Nullable ErrorAnswer error;
        try {
            error = exchange.read(protocol.decoder(reply), cancellation);
        } catch (ModelException e) {
            if (e.kind() == Kind.UNREACHABLE && !exchange.answered()) {
                throw new RetryableException(e);
            }
            throw e;
        }
        if (error != null) {
            ModelException failure = failure(model, request, error);
            switch (failure.kind()) {
                case RATE_LIMITED, OVERLOADED -> throw new RetryableException(failure);
                default -> throw failure;
            }
        }
        ChatReply whole = reply.build(request);
        if (whole.finish() == ChatReply.Finish.CONTENT_FILTER && whole.text().isEmpty()) {
            throw ProviderErrors.of(Kind.CONTENT_FILTERED, config, null, null);
        }
        return whole;
    }

    private ModelException failure(
            String model, ChatRequest request, ChatExchange.ErrorAnswer error) {
        JsonNode body = readOrMissing(error.body());
        return ProviderErrors.ofStatus(
                config,
                model,
                error.status(),
                protocol.errorCode(body),
                protocol.errorMessage(body),
                ProviderErrors.retryAfter(error.retryAfter(), clock),
                !request.tools().isEmpty());
    }

    private static JsonNode readOrMissing(String text) {
        try {
            return JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            return JsonMapper.shared().missingNode();
        }
    }

    /** How long to wait before sending again; null when the provider wants a longer rest. */
    private static @Nullable Duration retryWait(ModelException failure, int attempts) {
        Duration told = failure.status() == 0 ? null : failure.retryAfter();
        if (told != null) {
            return told.compareTo(LONGEST_RETRY_WAIT) > 0 ? null : told;
        }
        long most = Math.min(2_000, 250L << Math.min(attempts, 3));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, most));
    }

    private void pause(Duration wait, Cancellation cancellation) throws ModelException {
        Thread sleeper = Thread.currentThread();
        var cancelled = new java.util.concurrent.CountDownLatch(1);
        try (var _ = cancellation.onCancel(cancelled::countDown)) {
            if (cancelled.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw ProviderErrors.of(Kind.CANCELLED, config, null, null);
            }
        } catch (InterruptedException e) {
            sleeper.interrupt();
            throw ProviderErrors.of(Kind.CANCELLED, config, null, e);
        }
    }

    /**
     * The models it lists, with Ollama's details of each.
     *
     * @throws IOException when it cannot be had within five seconds
     */
    List<Protocol.ListedModel> listModels() throws IOException, InterruptedException {
        JsonNode list = get(request(protocol.modelsUri(config.baseUrl())).GET().build());
        List<Protocol.ListedModel> models = protocol.models(list);
        if (config.kind() != ProviderConfig.Kind.OLLAMA) {
            return models;
        }
        var detailed = new java.util.ArrayList<Protocol.ListedModel>();
        for (Protocol.ListedModel model : models.subList(0, Math.min(50, models.size()))) {
            ObjectNode ask = JsonMapper.shared().createObjectNode().put("model", model.name());
            HttpRequest show =
                    request(OllamaProtocol.showUri(config.baseUrl())).POST(body(ask)).build();
            detailed.add(OllamaProtocol.details(model, get(show)));
        }
        return detailed;
    }

    private JsonNode get(HttpRequest request) throws IOException, InterruptedException {
        var timed = HttpRequest.newBuilder(request, (name, value) -> true).timeout(LIST_LIMIT);
        HttpResponse<InputStream> response =
                http.send(timed.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            // The request's own limit ends with the headers; this one covers the body too.
            var late =
                    timer.schedule(() -> close(body), LIST_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            try {
                byte[] bytes = body.readNBytes(MAX_LIST_BYTES);
                if (response.statusCode() != 200) {
                    throw new IOException("status " + response.statusCode());
                }
                return JsonMapper.shared().readTree(bytes);
            } catch (JacksonException e) {
                throw new IOException("its list of models is not JSON", e);
            } finally {
                late.cancel(false);
            }
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // It was given up anyway.
        }
    }

    private HttpRequest.Builder request(URI uri) {
        var builder = HttpRequest.newBuilder(uri).header("User-Agent", "netra-apex");
        var key = config.key();
        protocol.headers(key == null ? null : key.get()).forEach(builder::header);
        return builder;
    }

    private static HttpRequest.BodyPublisher body(ObjectNode json) {
        return HttpRequest.BodyPublishers.ofByteArray(JsonMapper.shared().writeValueAsBytes(json));
    }

    /** A failure before the first byte of an answer, after which asking again is harmless. */
    private static final class RetryableException extends Exception {
        private final ModelException failure;

        private RetryableException(ModelException failure) {
            super(failure);
            this.failure = failure;
        }

        private ModelException failure() {
            return failure;
        }
    }

    /** Notes when the first piece came. */
    private record FirstPiece(ChatListener listener, Progress progress) implements ChatListener {

        @Override
        public void text(String piece) {
            note();
            listener.text(piece);
        }

        @Override
        public void thinking(String piece) {
            note();
            listener.thinking(piece);
        }

        private void note() {
            if (progress.firstPieceAt == 0) {
                progress.firstPieceAt = System.nanoTime();
            }
        }
    }
}
