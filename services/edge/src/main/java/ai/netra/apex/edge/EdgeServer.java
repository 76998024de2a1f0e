package ai.netra.apex.edge;

import ai.netra.apex.settings.reload.ConfigEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The running edge. It can be given another configuration while it runs: whatever is under way ends
 * under the one it began with. Thread-safe.
 */
final class EdgeServer implements AutoCloseable {
    private static final int DRAIN_POLL_MILLIS = 20;
    private static final int STANDARD_TLS_PORT = 443;

    private final EdgeMetrics metrics = new EdgeMetrics();
    private final Ledger ledger;
    private final Wiring.Shared shared;
    private final HealthProber prober;
    private final Listeners listeners;
    private final ManagementServer management;
    private final List<Integer> ports;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int tlsPort = STANDARD_TLS_PORT;
    private volatile Wiring wiring;

    /**
     * An administrator's way to the configuration.
     *
     * @param endpoint where it is asked for and reloaded
     * @param newestInForce whether the newest configuration is the one in force
     */
    record Administration(@Nullable ConfigEndpoint endpoint, BooleanSupplier newestInForce) {
        static final Administration NONE = new Administration(null, () -> true);
    }

    private EdgeServer(EdgeConfig config, Administration administration) throws IOException {
        ledger = new Ledger(metrics, config.accessLog());
        shared =
                new Wiring.Shared(
                        metrics, ledger, this::tlsPortToNow, administration.newestInForce());
        wiring = Wiring.of(config, null, shared);
        prober = new HealthProber(config.upstreams(), metrics);
        try {
            listeners =
                    Listeners.open(
                            config, exchange -> wiring.door().handleRequest(exchange), metrics);
        } catch (IOException e) {
            prober.close();
            throw e;
        }
        ports = listeners.ports();
        try {
            management =
                    ManagementServer.start(
                            config.managementPort(),
                            () -> wiring.health().ready(),
                            metrics,
                            administration.endpoint());
        } catch (IOException e) {
            listeners.close();
            prober.close();
            throw e;
        }
        tlsPort = ports.size() < 2 ? STANDARD_TLS_PORT : ports.getLast();
        watch();
    }

    /**
     * Starts the edge and returns when it accepts requests.
     *
     * @throws IOException when a port cannot be had; the message is a sentence
     */
    static EdgeServer start(EdgeConfig config) throws IOException {
        return start(config, Administration.NONE);
    }

    /** The same with the administrator's way to the configuration. */
    static EdgeServer start(EdgeConfig config, Administration administration) throws IOException {
        return new EdgeServer(config, administration);
    }

    /**
     * Takes another configuration for everything that comes from now on. Its addresses and ports
     * are those it was started with.
     *
     * @param newest asked for when it is this change's turn
     */
    synchronized void change(Supplier<EdgeConfig> newest) {
        EdgeConfig next = newest.get();
        try {
            listeners.change(next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ledger.tellEach(next.accessLog());
        wiring = Wiring.of(next, wiring.groups(), shared);
        watch();
    }

    private void watch() {
        metrics.watch(wiring.groups());
        metrics.certificate(wiring.config().tls());
        prober.watch(wiring.groups(), wiring.config().upstreams());
    }

    private int tlsPortToNow() {
        return tlsPort;
    }

    /** The port of plain HTTP. */
    int port() {
        return ports.getFirst();
    }

    /** The port of HTTPS. */
    int tlsPort() {
        if (ports.size() < 2) {
            throw new IllegalStateException("HTTPS is not configured");
        }
        return ports.getLast();
    }

    int managementPort() {
        return management.port();
    }

    /** How many requests are under way. */
    int activeRequests() {
        return ledger.activeRequests();
    }

    int openWebSockets() {
        return ledger.openWebSockets();
    }

    /**
     * Stops: says so in its health, cuts WebSockets, waits for requests under way as long as
     * configured, then closes everything. Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ledger.drain();
        ledger.cutWebSockets();
        long end = System.nanoTime() + wiring.config().timeouts().drain().toNanos();
        while (ledger.activeRequests() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(DRAIN_POLL_MILLIS).toNanos());
        }
        listeners.suspend();
        listeners.close();
        management.close();
        prober.close();
    }
}
