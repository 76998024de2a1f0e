package ai.netra.apex.edge;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything the edge is told, already validated.
 *
 * @param address the address to bind, a literal
 * @param port the port of plain HTTP, or 0 for any free one
 * @param managementPort the port of metrics on loopback, or 0 for any free one
 * @param tls how to serve HTTPS; null serves plain HTTP only
 * @param upstreams the replicas behind the edge
 * @param limits what is bounded by number or size
 * @param timeouts what is bounded by time
 * @param trust whose word is believed
 * @param accessLog whether each request is a log line
 * @param logLevel the least important lines that are still logged
 */
record EdgeConfig(
        String address,
        int port,
        int managementPort,
        @Nullable Tls tls,
        Upstreams upstreams,
        Limits limits,
        Timeouts timeouts,
        Trust trust,
        boolean accessLog,
        LogLevel logLevel) {

    /** On loopback, any free ports, the defaults for everything else. */
    static EdgeConfig loopback(Upstreams upstreams) {
        return new EdgeConfig(
                "127.0.0.1",
                0,
                0,
                null,
                upstreams,
                Limits.DEFAULTS,
                Timeouts.DEFAULTS,
                Trust.NOBODY,
                false,
                LogLevel.INFO);
    }

    EdgeConfig with(Limits other) {
        return new EdgeConfig(
                address,
                port,
                managementPort,
                tls,
                upstreams,
                other,
                timeouts,
                trust,
                accessLog,
                logLevel);
    }

    EdgeConfig with(Timeouts other) {
        return new EdgeConfig(
                address,
                port,
                managementPort,
                tls,
                upstreams,
                limits,
                other,
                trust,
                accessLog,
                logLevel);
    }

    EdgeConfig with(Trust other) {
        return new EdgeConfig(
                address,
                port,
                managementPort,
                tls,
                upstreams,
                limits,
                timeouts,
                other,
                accessLog,
                logLevel);
    }

    EdgeConfig with(Upstreams other) {
        return new EdgeConfig(
                address,
                port,
                managementPort,
                tls,
                other,
                limits,
                timeouts,
                trust,
                accessLog,
                logLevel);
    }

    EdgeConfig with(Tls other) {
        return new EdgeConfig(
                address,
                port,
                managementPort,
                other,
                upstreams,
                limits,
                timeouts,
                trust,
                accessLog,
                logLevel);
    }

    /**
     * HTTPS.
     *
     * @param port its port, or 0 for any free one
     * @param identity who we prove to be
     * @param redirect whether plain HTTP answers with a redirect to HTTPS
     * @param hsts how long browsers shall insist on HTTPS; zero sends no such header
     */
    record Tls(int port, TlsIdentity identity, boolean redirect, Duration hsts) {}

    /**
     * The replicas of each service, as {@code http://host:port}.
     *
     * @param frontendHealth the path that tells the frontend's health
     * @param probeInterval how often each replica is asked whether it is ready
     * @param probeTimeout how long it may take to answer that
     */
    record Upstreams(
            List<URI> frontend,
            List<URI> backend,
            List<URI> auth,
            String frontendHealth,
            Duration probeInterval,
            Duration probeTimeout) {
        static final String HEALTH = "/health/ready";

        Upstreams {
            frontend = List.copyOf(frontend);
            backend = List.copyOf(backend);
            auth = List.copyOf(auth);
        }
    }

    /**
     * Bounds in number and size.
     *
     * @param connections open connections from clients
     * @param connectionsPerClient of these, from one client that is no trusted proxy
     * @param webSockets open WebSockets
     * @param upstreamConnections connections to one replica at a time
     * @param bodyBytes one request's body
     * @param bufferedBytes all request bodies that are being received
     * @param headerBytes one request's line and headers
     * @param headers the number of one request's headers
     */
    record Limits(
            int connections,
            int connectionsPerClient,
            int webSockets,
            int upstreamConnections,
            long bodyBytes,
            long bufferedBytes,
            int headerBytes,
            int headers) {
        static final Limits DEFAULTS =
                new Limits(10_000, 2_000, 5_000, 2_000, 4L << 20, 64L << 20, 32 << 10, 100);

        Limits withBodyBytes(long bytes) {
            return withBodies(bytes, bufferedBytes);
        }

        /** With bounds of one body, and of all together. */
        Limits withBodies(long one, long all) {
            return new Limits(
                    connections,
                    connectionsPerClient,
                    webSockets,
                    upstreamConnections,
                    one,
                    all,
                    headerBytes,
                    headers);
        }

        /** With bounds of all connections, and of one client's. */
        Limits withConnections(int all, int perClient) {
            return new Limits(
                    all,
                    perClient,
                    webSockets,
                    upstreamConnections,
                    bodyBytes,
                    bufferedBytes,
                    headerBytes,
                    headers);
        }
    }

    /**
     * Bounds in time.
     *
     * @param request a whole request and its answer
     * @param header from a request's first byte to the end of its headers
     * @param body from the end of the headers to the end of the body
     * @param keepAlive between two requests of a connection
     * @param write a client that takes nothing of its answer
     * @param connect a connection to a replica
     * @param upstreamIdle an unused connection to a replica; below the replicas' own limit
     * @param linger how long the rest of a refused body is still read, so that the refusal arrives
     * @param drain how long requests under way may go on after a stop was asked for
     */
    record Timeouts(
            Duration request,
            Duration header,
            Duration body,
            Duration keepAlive,
            Duration write,
            Duration connect,
            Duration upstreamIdle,
            Duration linger,
            Duration drain) {
        static final Timeouts DEFAULTS =
                new Timeouts(
                        Duration.ofSeconds(600),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20));

        Timeouts withWrite(Duration limit) {
            return new Timeouts(
                    request, header, body, keepAlive, limit, connect, upstreamIdle, linger, drain);
        }

        Timeouts withRequest(Duration limit) {
            return new Timeouts(
                    limit, header, body, keepAlive, write, connect, upstreamIdle, linger, drain);
        }

        Timeouts withSlowClients(
                Duration headerLimit, Duration bodyLimit, Duration idle, Duration lingering) {
            return new Timeouts(
                    request,
                    headerLimit,
                    bodyLimit,
                    idle,
                    write,
                    connect,
                    upstreamIdle,
                    linger,
                    drain);
        }
    }

    /**
     * Whose word is believed.
     *
     * @param proxies networks whose forwarded headers are taken
     * @param origins origins besides our own that may open a WebSocket
     */
    record Trust(List<Network> proxies, Set<Origin> origins) {
        static final Trust NOBODY = new Trust(List.of(), Set.of());

        Trust {
            proxies = List.copyOf(proxies);
            origins = Set.copyOf(origins);
        }

        /** Whether {@code address} is a proxy whose word is believed. */
        boolean isProxy(InetAddress address) {
            return proxies.stream().anyMatch(network -> network.contains(address));
        }
    }
}
