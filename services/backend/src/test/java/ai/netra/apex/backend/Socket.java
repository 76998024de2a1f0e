package ai.netra.apex.backend;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/** One device's WebSocket: keeps every frame it gets. */
final class Socket implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private Socket(int port) {
        socket =
                Api.HTTP
                        .newWebSocketBuilder()
                        .subprotocols("apex.v1")
                        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), this)
                        .join();
    }

    /** Connected, not authenticated. */
    static Socket open(int port) {
        return new Socket(port);
    }

    /** Connected and ready. */
    static Socket of(Api person) {
        var socket = new Socket(person.port());
        socket.send(Map.of("type", "authenticate", "token", person.token()));
        socket.await("ready");
        return socket;
    }

    String subprotocol() {
        return socket.getSubprotocol();
    }

    void send(Map<String, ?> frame) {
        raw(Api.JSON.writeValueAsString(frame));
    }

    void raw(String text) {
        socket.sendText(text, true).orTimeout(20, TimeUnit.SECONDS).join();
    }

    void binary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void subscribe(String runId, long after) {
        send(Map.of("type", "subscribe", "runId", runId, "afterSequence", after));
    }

    JsonNode await(String type) {
        return await(f -> f.path("type").asString("").equals(type), type);
    }

    JsonNode await(Predicate<JsonNode> wanted, String what) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> frames.stream().anyMatch(wanted));
        return frames.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** The events of a run, once its last one is there. */
    List<JsonNode> awaitEnd(String runId) {
        await(f -> isLast(f) && f.path("runId").asString("").equals(runId), "end of " + runId);
        return events(runId);
    }

    List<JsonNode> events(String runId) {
        return frames.stream()
                .filter(f -> f.path("runId").asString("").equals(runId) && f.has("sequence"))
                .toList();
    }

    int awaitClose() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    static boolean isLast(JsonNode frame) {
        return List.of("agent_completed", "run_failed", "run_stopped")
                .contains(frame.path("type").asString(""));
    }

    static List<Long> sequences(List<JsonNode> events) {
        return events.stream().map(e -> e.path("sequence").asLong()).toList();
    }

    static String text(List<JsonNode> events) {
        var text = new StringBuilder();
        events.forEach(
                e -> {
                    if (e.path("type").asString("").equals("text_delta")) {
                        text.append(e.path("text").asString(""));
                    }
                });
        return text.toString();
    }

    static List<Long> upTo(long last) {
        var all = new ArrayList<Long>();
        for (long i = 1; i <= last; i++) {
            all.add(i);
        }
        return all;
    }

    /** What {@code count N} answers. */
    static String numbers(int count) {
        var text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(i).append(' ');
        }
        return text.toString();
    }

    void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(Api.JSON.readTree(partial.toString()));
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }
}
