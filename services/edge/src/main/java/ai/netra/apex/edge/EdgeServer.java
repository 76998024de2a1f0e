package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Tls;
import ai.netra.apex.edge.EdgeConfig.Upstreams;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.proxy.ProxyHandler;
import io.undertow.util.Methods;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The running edge. Thread-safe. */
final class EdgeServer implements AutoCloseable {
    private static final int MANAGEMENT_POLL_MILLIS = 20;

    private final Listeners listeners;
    private final ManagementServer management;
    private final HealthProber prober;
    private final Ledger ledger;
    private final Duration drain;
    private final List<Integer> ports;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EdgeServer(
            Listeners listeners,
            ManagementServer management,
            HealthProber prober,
            Ledger ledger,
            Duration drain) {
        this.listeners = listeners;
        this.management = management;
        this.prober = prober;
        this.ledger = ledger;
        this.drain = drain;
        this.ports = listeners.ports();
    }

    /**
     * Starts the edge and returns when it accepts requests.
     *
     * @throws IOException when a port or the certificate cannot be had; the message is a sentence
     */
    static EdgeServer start(EdgeConfig config) throws IOException {
        return start(config, null);
    }

    /** The same with the administrator's way to the configuration. */
    static EdgeServer start(EdgeConfig config, @Nullable ConfigEndpoint configuration)
            throws IOException {
        var metrics = new EdgeMetrics();
        var ledger = new Ledger(metrics, config.accessLog());
        var problems = new Problems(config.timeouts(), metrics);
        var prober = new HealthProber(config.upstreams(), metrics);
        Groups groups = Groups.of(config, metrics);
        var health = new OwnHealth(groups.all(), ledger, problems);
        var redirectPort = new TlsPort();
        HttpHandler root =
                new FrontDoor(
                        new RequestRules(config.limits()),
                        new ForwardedHeaders(config.trust()),
                        new SecurityHeaders(hsts(config.tls())),
                        problems,
                        ledger,
                        config.timeouts().write(),
                        redirects(config.tls()) ? new HttpsRedirect(redirectPort::get) : null,
                        routes(config, groups, health, ledger, problems, metrics));
        Listeners listeners;
        try {
            listeners = Listeners.open(config, root, metrics);
        } catch (IOException e) {
            prober.close();
            throw e;
        }
        ManagementServer management;
        try {
            management =
                    ManagementServer.start(
                            config.managementPort(), health::ready, metrics, configuration);
        } catch (IOException e) {
            listeners.close();
            prober.close();
            throw e;
        }
        var server =
                new EdgeServer(listeners, management, prober, ledger, config.timeouts().drain());
        redirectPort.set(server);
        groups.all().forEach(metrics::watch);
        prober.watch(groups.frontend(), config.upstreams().frontendHealth());
        prober.watch(groups.backend(), Upstreams.HEALTH);
        prober.watch(groups.auth(), Upstreams.HEALTH);
        return server;
    }

    private static boolean redirects(@Nullable Tls tls) {
        return tls != null && tls.redirect();
    }

    private static Duration hsts(@Nullable Tls tls) {
        return tls == null ? Duration.ZERO : tls.hsts();
    }

    private static Map<Route, HttpHandler> routes(
            EdgeConfig config,
            Groups groups,
            OwnHealth health,
            Ledger ledger,
            Problems problems,
            EdgeMetrics metrics) {
        HttpHandler backend = proxy(groups.backend(), config, problems, metrics);
        return Map.of(
                Route.FRONTEND,
                proxy(groups.frontend(), config, problems, metrics),
                Route.BACKEND,
                backend,
                Route.AUTH,
                proxy(groups.auth(), config, problems, metrics),
                Route.OWN,
                health,
                Route.WEBSOCKET,
                new SocketHandler(
                        backend,
                        config.trust().origins(),
                        config.limits().webSockets(),
                        ledger,
                        problems));
    }

    private static HttpHandler proxy(
            ReplicaGroup group, EdgeConfig config, Problems problems, EdgeMetrics metrics) {
        var safe = Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS);
        HttpHandler proxy =
                ProxyHandler.builder()
                        .setProxyClient(group)
                        .setMaxRequestTime(Math.toIntExact(config.timeouts().request().toMillis()))
                        .setMaxConnectionRetries(ReplicaGroup.TRIES - 1)
                        .setIdempotentRequestPredicate(
                                exchange -> safe.contains(exchange.getRequestMethod()))
                        .build();
        return new BodyHandler(
                Compression.around(proxy), config.limits(), config.timeouts(), problems, metrics);
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
        long end = System.nanoTime() + drain.toNanos();
        while (ledger.activeRequests() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(MANAGEMENT_POLL_MILLIS).toNanos());
        }
        listeners.suspend();
        listeners.close();
        management.close();
        prober.close();
    }

    /** The groups by service. */
    private record Groups(ReplicaGroup frontend, ReplicaGroup backend, ReplicaGroup auth) {
        static Groups of(EdgeConfig config, EdgeMetrics metrics) {
            Upstreams upstreams = config.upstreams();
            return new Groups(
                    group("frontend", upstreams.frontend(), config, metrics),
                    group("backend", upstreams.backend(), config, metrics),
                    group("auth", upstreams.auth(), config, metrics));
        }

        private static ReplicaGroup group(
                String service, List<URI> uris, EdgeConfig config, EdgeMetrics metrics) {
            int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
            int perThread = Math.max(1, config.limits().upstreamConnections() / threads);
            List<Replica> replicas =
                    uris.stream()
                            .map(
                                    uri ->
                                            new Replica(
                                                    uri,
                                                    perThread,
                                                    config.timeouts().upstreamIdle()))
                            .toList();
            return new ReplicaGroup(service, replicas, config.timeouts().connect(), metrics);
        }

        List<ReplicaGroup> all() {
            return List.of(frontend, backend, auth);
        }
    }

    /** The port of HTTPS, known when the server has started. */
    private static final class TlsPort {
        private volatile @Nullable EdgeServer server;

        void set(EdgeServer started) {
            server = started;
        }

        int get() {
            EdgeServer started = server;
            return started == null ? 443 : started.tlsPort();
        }
    }
}
