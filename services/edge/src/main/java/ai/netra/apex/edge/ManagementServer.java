package ai.netra.apex.edge;

import ai.netra.apex.settings.reload.ConfigEndpoint;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Metrics and health on a loopback port that the edge never routes to. Thread-safe. */
final class ManagementServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ManagementServer(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens on {@code port} of loopback, or on any free one when it is 0.
     *
     * @param configuration the administrator's way to the configuration; null for none
     * @throws IOException when the port is taken; the message names it
     */
    static ManagementServer start(
            int port,
            BooleanSupplier ready,
            EdgeMetrics metrics,
            @Nullable ConfigEndpoint configuration)
            throws IOException {
        HttpServer server;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        } catch (IOException e) {
            throw new IOException(
                    "the management port " + port + " cannot be opened: " + e.getMessage(), e);
        }
        var management = new ManagementServer(server);
        server.setExecutor(management.threads);
        server.createContext(
                "/metrics",
                x -> answer(x, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        server.createContext(
                "/health/live", x -> answer(x, 200, "application/json", "{\"status\":\"up\"}"));
        server.createContext(
                "/health/ready",
                x -> {
                    boolean up = ready.getAsBoolean();
                    String body = "{\"status\":\"" + (up ? "up" : "down") + "\"}";
                    answer(x, up ? 200 : 503, "application/json", body);
                });
        if (configuration != null) {
            server.createContext(ConfigEndpoint.PATH, configuration);
        }
        server.start();
        return management;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
