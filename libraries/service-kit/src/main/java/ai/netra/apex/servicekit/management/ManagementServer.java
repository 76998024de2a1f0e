package ai.netra.apex.servicekit.management;

import ai.netra.apex.servicekit.health.HealthMonitor;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code /metrics} (Prometheus text format), {@code /health/live} and, to administrators,
 * {@code /config} on a loopback port of its own, so that they answer also when the service's own
 * connections are used up.
 *
 * <p>Thread-safe.
 */
public final class ManagementServer implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;
    private final JvmGcMetrics gc;

    private ManagementServer(HttpServer server, ExecutorService threads, JvmGcMetrics gc) {
        this.server = server;
        this.threads = threads;
        this.gc = gc;
    }

    /**
     * Listens on {@code port} of loopback, or on any free one when it is 0.
     *
     * @param configuration the administrator's way to the configuration; null for none
     * @throws IOException when the port is taken; the message names it
     */
    public static ManagementServer start(
            int port,
            HealthMonitor health,
            PrometheusMeterRegistry metrics,
            @Nullable ConfigEndpoint configuration)
            throws IOException {
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        new UptimeMetrics().bindTo(metrics);
        var gc = new JvmGcMetrics();
        gc.bindTo(metrics);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        HttpServer server;
        try {
            server = HttpServer.create(address, 16);
        } catch (IOException e) {
            gc.close();
            throw new IOException(
                    "the management port " + port + " cannot be opened: " + e.getMessage(), e);
        }
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(threads);
        server.createContext(
                "/metrics",
                x -> answer(x, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
        server.createContext(
                "/health/live", x -> answer(x, 200, "application/json", "{\"status\":\"up\"}"));
        server.createContext(
                "/health/ready",
                x ->
                        answer(
                                x,
                                health.ready() ? 200 : 503,
                                "application/json",
                                "{\"status\":\"" + (health.ready() ? "up" : "down") + "\"}"));
        if (configuration != null) {
            server.createContext(ConfigEndpoint.PATH, configuration);
        }
        server.start();
        return new ManagementServer(server, threads, gc);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        gc.close();
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
