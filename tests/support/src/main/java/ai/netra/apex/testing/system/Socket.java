package ai.netra.apex.testing.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One WebSocket of a person, signed in. Each frame from the server goes to one consumer, in order.
 */
public final class Socket implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long LIMIT_SECONDS = 20;

    private final WebSocket socket;
    private final CompletableFuture<Integer> closed;

    private Socket(WebSocket socket, CompletableFuture<Integer> closed) {
        this.socket = socket;
        this.closed = closed;
    }

    /** Connects, authenticates and waits for {@code ready}. */
    public static Socket open(HttpClient http, Person person, Consumer<JsonNode> frames)
            throws InterruptedException {
        var ready = new CompletableFuture<@Nullable Void>();
        var closed = new CompletableFuture<Integer>();
        URI address = URI.create(person.address().toString().replaceFirst("^http", "ws") + "/ws");
        try {
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .subprotocols("apex.v1")
                            .header("Origin", person.address().toString())
                            .buildAsync(address, new Frames(frames, ready, closed))
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            var opened = new Socket(socket, closed);
            opened.send(Map.of("type", "authenticate", "token", person.token()));
            ready.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return opened;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no WebSocket at " + address, e);
        }
    }

    /** Sends one frame. */
    public synchronized void send(Map<String, ?> frame) {
        socket.sendText(JSON.writeValueAsString(frame), true).join();
    }

    /** The close code, once it is closed; 1006 when the connection broke. */
    public CompletableFuture<Integer> closed() {
        return closed;
    }

    /** Breaks the connection without a word. */
    public void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        var _ =
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                        .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                        .whenComplete((_, _) -> socket.abort());
    }

    private static final class Frames implements WebSocket.Listener {
        private static final int ABNORMAL = 1006;

        private final Consumer<JsonNode> consumer;
        private final CompletableFuture<@Nullable Void> ready;
        private final CompletableFuture<Integer> closed;
        private final StringBuilder partial = new StringBuilder();

        Frames(
                Consumer<JsonNode> consumer,
                CompletableFuture<@Nullable Void> ready,
                CompletableFuture<Integer> closed) {
            this.consumer = consumer;
            this.ready = ready;
            this.closed = closed;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                JsonNode frame = JSON.readTree(partial.toString());
                partial.setLength(0);
                if (frame.get("type").asString().equals("ready")) {
                    ready.complete(null);
                }
                consumer.accept(frame);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            ready.completeExceptionally(new IllegalStateException("closed with " + statusCode));
            closed.complete(statusCode);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            ready.completeExceptionally(error);
            closed.complete(ABNORMAL);
        }
    }
}
