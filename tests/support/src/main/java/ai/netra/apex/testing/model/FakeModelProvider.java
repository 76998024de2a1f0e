package ai.netra.apex.testing.model;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model provider on loopback that speaks HTTP/1.1 in the protocols of OpenAI, Anthropic, Gemini
 * and Ollama, told by the request's path. Each request takes the next queued {@link Script}, else
 * the standing responder's. It notices when the client closes its socket, also while silent.
 *
 * <p>Thread-safe. {@link #close()} ends every connection.
 */
public final class FakeModelProvider implements AutoCloseable {

    private static final int MAX_HEAD = 64 * 1024;

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<Script> queue = new ConcurrentLinkedQueue<>();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Function<Exchange, Script> responder = e -> Script.text("Hello", " there.");
    private volatile List<String> models = List.of("test-model");
    private volatile @Nullable String key;
    private volatile boolean recording = true;

    private FakeModelProvider(int port) throws IOException {
        server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
    }

    /** Starts on a free port. */
    public static FakeModelProvider start() {
        return start(0);
    }

    /** Starts on {@code port}; 0 takes a free one. */
    public static FakeModelProvider start(int port) {
        try {
            var provider = new FakeModelProvider(port);
            Thread.ofVirtual().name("fake-provider").start(provider::accept);
            return provider;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The address without a path: {@code http://127.0.0.1:port}. */
    public URI origin() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** The base URL an OpenAI-compatible client takes. */
    public URI openAiBaseUrl() {
        return origin().resolve("/v1");
    }

    /** Queues an answer; each is used once, in order. */
    public FakeModelProvider enqueue(Script script) {
        queue.add(script);
        return this;
    }

    /** The answer to every request for which none is queued. */
    public FakeModelProvider respond(Function<Exchange, Script> to) {
        responder = to;
        return this;
    }

    /** The names the model lists show. */
    public FakeModelProvider models(String... names) {
        models = List.of(names);
        return this;
    }

    /** Requires this key, in the header each vendor uses; else 401 in the vendor's shape. */
    public FakeModelProvider requireKey(String wanted) {
        key = wanted;
        return this;
    }

    /** Stops keeping requests, for long load runs. */
    public FakeModelProvider withoutRecording() {
        recording = false;
        return this;
    }

    /** Chat requests so far, without lists of models. */
    public List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** TCP connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections open now. */
    public int openConnections() {
        return open.size();
    }

    /** Waits for the chat request with this index, from 0. */
    public Exchange awaitExchange(int index, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (exchanges) {
            while (exchanges.size() <= index && System.nanoTime() < end) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(exchanges, Math.max(1, end - System.nanoTime()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("Interrupted", e);
                }
            }
            if (exchanges.size() > index) {
                return exchanges.get(index);
            }
        }
        throw new AssertionError("No request number " + index + " within " + limit);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            open.forEach(FakeModelProvider::closeQuietly);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.add(socket);
                if (server.isClosed()) {
                    // close() may have gone through the open ones a moment before this one came.
                    closeQuietly(socket);
                }
                Thread.ofVirtual().name("fake-provider-connection").start(() -> serve(socket));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            while (true) {
                Exchange exchange = read(in);
                if (exchange == null || !answer(socket, in, exchange)) {
                    return;
                }
            }
        } catch (IOException e) {
            // The client or close() ended the connection: what the tests look at is recorded.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    /** Answers on a thread of its own while this one watches for the client's going. */
    private boolean answer(Socket socket, BufferedInputStream in, Exchange exchange)
            throws IOException, InterruptedException {
        var reusable = new CompletableFuture<Boolean>();
        Thread writer =
                Thread.ofVirtual()
                        .name("fake-provider-answer")
                        .start(() -> reusable.complete(write(socket, exchange)));
        boolean gone;
        try {
            in.mark(1);
            gone = in.read() < 0;
            in.reset();
        } catch (IOException e) {
            gone = true;
        }
        if (gone) {
            exchange.clientGone().complete(System.nanoTime());
            writer.interrupt();
        }
        writer.join();
        return !gone && reusable.join();
    }

    private boolean write(Socket socket, Exchange exchange) {
        try {
            return route(socket, exchange);
        } catch (IOException | InterruptedException e) {
            return false;
        } finally {
            exchange.started().complete(null);
        }
    }

    private boolean route(Socket socket, Exchange exchange)
            throws IOException, InterruptedException {
        String wanted = key;
        var out = socket.getOutputStream();
        if (wanted != null && !wanted.equals(keyOf(exchange))) {
            String body =
                    Dialect.error(exchange.path(), 401, "invalid_api_key", "Incorrect API key");
            Answer.whole(out, 401, Map.of(), "application/json", body);
            return true;
        }
        if (exchange.method().equals("GET") || exchange.path().endsWith("/api/show")) {
            Answer.whole(out, 200, Map.of(), "application/json", lists(exchange));
            return true;
        }
        Dialect dialect = Dialect.of(exchange.path(), exchange.body());
        if (dialect == null) {
            String body = Dialect.error(exchange.path(), 404, "not_found", "No such path");
            Answer.whole(out, 404, Map.of(), "application/json", body);
            return true;
        }
        Script script = queue.poll();
        if (script == null) {
            script = responder.apply(exchange);
        }
        if (recording) {
            synchronized (exchanges) {
                exchanges.add(exchange);
                exchanges.notifyAll();
            }
        }
        return new Answer(socket, exchange, dialect).play(script.steps());
    }

    private static @Nullable String keyOf(Exchange exchange) {
        String bearer = exchange.headers().get("authorization");
        if (bearer != null && bearer.startsWith("Bearer ")) {
            return bearer.substring(7);
        }
        String anthropic = exchange.headers().get("x-api-key");
        return anthropic != null ? anthropic : exchange.headers().get("x-goog-api-key");
    }

    private String lists(Exchange exchange) {
        ObjectNode root = Dialect.JSON.createObjectNode();
        if (exchange.path().endsWith("/api/tags")) {
            var list = root.putArray("models");
            models.forEach(m -> list.addObject().put("name", m).put("model", m));
        } else if (exchange.path().endsWith("/api/show")) {
            root.putArray("capabilities").add("completion").add("tools");
            root.putObject("model_info")
                    .put("general.architecture", "llama")
                    .put("llama.context_length", 8192);
        } else if (exchange.path().contains("/v1beta/models")) {
            var list = root.putArray("models");
            models.forEach(
                    m ->
                            list.addObject()
                                    .put("name", "models/" + m)
                                    .put("displayName", m)
                                    .put("inputTokenLimit", 32_000)
                                    .putArray("supportedGenerationMethods")
                                    .add("generateContent"));
        } else {
            var list = root.put("object", "list").putArray("data");
            models.forEach(m -> list.addObject().put("id", m).put("object", "model"));
        }
        return root.toString();
    }

    private static @Nullable Exchange read(InputStream in) throws IOException {
        String head = head(in);
        if (head == null) {
            return null;
        }
        List<String> lines = new ArrayList<>(head.lines().toList());
        String[] request = lines.removeFirst().split(" ", 3);
        Map<String, String> headers = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body =
                "chunked".equalsIgnoreCase(headers.get("transfer-encoding"))
                        ? chunked(in)
                        : in.readNBytes(
                                Integer.parseInt(headers.getOrDefault("content-length", "0")));
        JsonNode json = body.length == 0 ? Dialect.JSON.missingNode() : Dialect.JSON.readTree(body);
        return new Exchange(
                request[0],
                request[1],
                headers,
                json,
                new CompletableFuture<>(),
                new CompletableFuture<>());
    }

    private static @Nullable String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int b = in.read();
            if (b < 0 || head.size() > MAX_HEAD) {
                return null;
            }
            head.write(b);
            matched = b == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1).strip();
    }

    private static byte[] chunked(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            body.write(in.readNBytes(size));
            String end = line(in);
            if (size == 0 || !end.isEmpty()) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closing is all that was wanted.
        }
    }
}
