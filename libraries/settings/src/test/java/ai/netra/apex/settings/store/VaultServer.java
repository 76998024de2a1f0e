package ai.netra.apex.settings.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A server that speaks the part of Vault's HTTP API that reading secrets needs. */
public final class VaultServer implements AutoCloseable {
    public static final String TOKEN = "hvs.canary-root-token";
    private static final String LOGIN = "/v1/auth/kubernetes/login";

    private final HttpServer server;
    private final String scheme;
    private final CountDownLatch awaitEnd = new CountDownLatch(1);
    private final Map<String, List<Map<String, String>>> versions = new ConcurrentHashMap<>();
    public final AtomicInteger requests = new AtomicInteger();
    public final AtomicInteger failuresToCome = new AtomicInteger();
    public volatile boolean sealed;
    public volatile String namespace = "";
    public volatile String rawAnswer = "";

    /** Headers come at once, the body never. */
    public volatile boolean silentBody;

    private VaultServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public static VaultServer start() {
        try {
            return new VaultServer(HttpServer.create(anyPort(), 0), "http");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static VaultServer startTls(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new VaultServer(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public URI address() {
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Writes a new version of a secret. */
    public void put(String path, Map<String, String> fields) {
        versions.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>()).add(fields);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            answerTo(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answerTo(HttpExchange exchange) throws IOException, InterruptedException {
        requests.incrementAndGet();
        try (exchange) {
            String body =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            if (silentBody) {
                exchange.sendResponseHeaders(200, 1000);
                awaitEnd.await();
            } else if (failuresToCome.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                send(exchange, 502, "{\"errors\":[\"bad gateway\"]}");
            } else if (sealed) {
                send(exchange, 503, "{\"errors\":[\"Vault is sealed\"]}");
            } else if (!rawAnswer.isEmpty()) {
                send(exchange, 200, rawAnswer);
            } else if (!"true".equals(exchange.getRequestHeaders().getFirst("X-Vault-Request"))) {
                send(exchange, 400, "{\"errors\":[\"missing X-Vault-Request\"]}");
            } else if (path.equals(LOGIN)) {
                login(exchange, body);
            } else {
                read(exchange, path);
            }
        }
    }

    private static void login(HttpExchange exchange, String body) throws IOException {
        boolean known =
                exchange.getRequestMethod().equals("POST")
                        && body.equals("{\"role\":\"demo\",\"jwt\":\"eyJ.canary.jwt\"}");
        send(
                exchange,
                known ? 200 : 403,
                known
                        ? "{\"auth\":{\"client_token\":\"" + TOKEN + "\",\"lease_duration\":3600}}"
                        : "{\"errors\":[\"permission denied\"]}");
    }

    private void read(HttpExchange exchange, String path) throws IOException {
        String asked = exchange.getRequestHeaders().getFirst("X-Vault-Namespace");
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))
                || !namespace.equals(asked == null ? "" : asked)) {
            send(exchange, 403, "{\"errors\":[\"permission denied\"]}");
            return;
        }
        List<Map<String, String>> all = versions.getOrDefault(path, List.of());
        String query = exchange.getRequestURI().getQuery();
        int version =
                query == null ? all.size() : Integer.parseInt(query.substring("version=".length()));
        if (version < 1 || version > all.size()) {
            send(exchange, 404, "{\"errors\":[]}");
            return;
        }
        StringBuilder fields = new StringBuilder();
        all.get(version - 1)
                .forEach(
                        (name, value) ->
                                fields.append(fields.isEmpty() ? "" : ",")
                                        .append("\"" + name + "\":\"" + value + "\""));
        send(
                exchange,
                200,
                """
                {"request_id":"6f2b","lease_id":"","renewable":false,"lease_duration":0,
                 "data":{"data":{%s},"metadata":{"created_time":"2026-01-01T00:00:00.5Z",
                 "custom_metadata":null,"deletion_time":"","destroyed":false,"version":%d}},
                 "wrap_info":null,"warnings":null,"auth":null}
                """
                        .formatted(fields, version));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        awaitEnd.countDown();
        server.stop(0);
    }
}
