package ai.netra.apex.edge;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import ai.netra.apex.edge.EdgeConfig.Tls;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.OpenListener;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/**
 * The ports that clients connect to. Undertow's own builder does the same, but has no place between
 * the acceptance of a connection and its first request, where connections of one client too many
 * have to be closed. Thread-safe.
 */
final class Listeners implements AutoCloseable {
    private static final int H2_STREAMS = 128;
    private static final int BUFFER_BYTES = 16 * 1024 - 20;
    private static final int BUFFERS_PER_THREAD = 4;
    private static final int BACKLOG = 1_000;
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(2);

    /** Beyond these the bytes are not even read to the end, and the answer is a bare 400. */
    private static final int HARD_FACTOR = 4;

    private final XnioWorker worker;
    private final ByteBufferPool buffers =
            new DefaultByteBufferPool(true, BUFFER_BYTES, -1, BUFFERS_PER_THREAD);
    private final List<OpenListener> protocols = new ArrayList<>();
    // Those that read requests; the choice between them (ALPN) must not be given options, which
    // would make it forget its handler.
    private final List<OpenListener> readers = new ArrayList<>();
    private final List<AcceptingChannel<? extends StreamConnection>> channels = new ArrayList<>();

    private final ClientConnections clients;
    private @Nullable UndertowXnioSsl ssl;
    private @Nullable TlsIdentity identity;

    private Listeners(XnioWorker worker, ClientConnections clients) {
        this.worker = worker;
        this.clients = clients;
    }

    /**
     * Opens plain HTTP, and HTTPS where it is configured.
     *
     * @throws IOException when a port or the certificate cannot be had; the message is a sentence
     */
    static Listeners open(EdgeConfig config, HttpHandler root, EdgeMetrics metrics)
            throws IOException {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        XnioWorker worker =
                Xnio.getInstance(Undertow.class.getClassLoader())
                        .createWorker(
                                OptionMap.builder()
                                        .set(Options.WORKER_IO_THREADS, threads)
                                        .set(Options.WORKER_TASK_CORE_THREADS, 2)
                                        .set(Options.WORKER_TASK_MAX_THREADS, 2)
                                        .set(Options.TCP_NODELAY, true)
                                        .set(Options.CORK, true)
                                        .getMap());
        var listeners =
                new Listeners(
                        worker,
                        new ClientConnections(
                                config.limits().connectionsPerClient(), config.trust()::isProxy));
        try {
            listeners.openAll(config, root, metrics);
            return listeners;
        } catch (IOException | RuntimeException e) {
            listeners.close();
            throw e;
        }
    }

    private void openAll(EdgeConfig config, HttpHandler root, EdgeMetrics metrics)
            throws IOException {
        OptionMap server = serverOptions(config.limits(), config.timeouts());
        OptionMap socket = socketOptions(config.limits());
        HttpOpenListener http = new HttpOpenListener(buffers, server);
        http.setRootHandler(root);
        protocols.add(http);
        readers.add(http);
        bind(
                config,
                config.port(),
                address ->
                        worker.createStreamConnectionServer(
                                address, accept(http, clients, metrics), socket));
        Tls tls = config.tls();
        if (tls != null) {
            AlpnOpenListener secure = secure(server, root);
            protocols.add(secure);
            var security =
                    new UndertowXnioSsl(
                            worker.getXnio(),
                            OptionMap.create(Options.USE_DIRECT_BUFFERS, true),
                            tls.identity().context());
            ssl = security;
            identity = tls.identity();
            bind(
                    config,
                    tls.port(),
                    address ->
                            security.createSslConnectionServer(
                                    worker, address, accept(secure, clients, metrics), socket));
        }
    }

    private AlpnOpenListener secure(OptionMap server, HttpHandler root) {
        var http1 = new HttpOpenListener(buffers, server);
        http1.setRootHandler(root);
        var http2 = new Http2OpenListener(buffers, server);
        http2.setRootHandler(root);
        readers.add(http1);
        readers.add(http2);
        return new AlpnOpenListener(buffers, server, http1)
                .addProtocol(Http2OpenListener.HTTP2, http2, 10);
    }

    /**
     * Other bounds and another certificate. Connections that are open go on under what they began
     * with; who comes from now on meets the new. Ports stay as they are.
     *
     * @throws IOException if the system does not take an option; what it took before stays
     */
    synchronized void change(EdgeConfig config) throws IOException {
        clients.change(config.limits().connectionsPerClient(), config.trust()::isProxy);
        OptionMap server = serverOptions(config.limits(), config.timeouts());
        readers.forEach(reader -> reader.setUndertowOptions(server));
        Tls tls = config.tls();
        UndertowXnioSsl security = ssl;
        if (tls != null && security != null && !tls.identity().equals(identity)) {
            // With it the sessions that could have been resumed are gone: everybody sees the new.
            security.updateSSLContext(tls.identity().context());
            identity = tls.identity();
        }
        for (AcceptingChannel<? extends StreamConnection> channel : channels) {
            channel.setOption(Options.CONNECTION_HIGH_WATER, config.limits().connections());
            channel.setOption(Options.CONNECTION_LOW_WATER, config.limits().connections());
        }
    }

    /** Opens one port; what makes the channel may fail. */
    private interface Binding {
        AcceptingChannel<? extends StreamConnection> open(InetSocketAddress address)
                throws IOException;
    }

    private void bind(EdgeConfig config, int port, Binding binding) throws IOException {
        try {
            InetAddress address = InetAddress.ofLiteral(config.address());
            AcceptingChannel<? extends StreamConnection> channel =
                    binding.open(new InetSocketAddress(address, port));
            channels.add(channel);
            channel.resumeAccepts();
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + config.address() + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** Hands what is accepted on to {@code protocol}, unless its client has enough already. */
    private static <C extends StreamConnection> ChannelListener<AcceptingChannel<C>> accept(
            OpenListener protocol, ClientConnections clients, EdgeMetrics metrics) {
        return ChannelListeners.openListenerAdapter(
                connection -> {
                    InetAddress peer =
                            connection.getPeerAddress(InetSocketAddress.class).getAddress();
                    if (clients.admit(peer, connection)) {
                        protocol.handleEvent(connection);
                    } else {
                        metrics.connectionRefused();
                        IoUtils.safeClose(connection);
                    }
                });
    }

    private static OptionMap socketOptions(Limits limits) {
        return OptionMap.builder()
                .set(Options.TCP_NODELAY, true)
                .set(Options.REUSE_ADDRESSES, true)
                .set(Options.KEEP_ALIVE, true)
                .set(Options.BALANCING_TOKENS, 1)
                .set(Options.BALANCING_CONNECTIONS, 2)
                .set(Options.BACKLOG, BACKLOG)
                .set(Options.CONNECTION_HIGH_WATER, limits.connections())
                .set(Options.CONNECTION_LOW_WATER, limits.connections())
                .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
                .getMap();
    }

    private static OptionMap serverOptions(Limits limits, Timeouts timeouts) {
        return OptionMap.builder()
                .set(UndertowOptions.BUFFER_PIPELINED_DATA, true)
                .set(UndertowOptions.MAX_HEADER_SIZE, limits.headerBytes() * HARD_FACTOR)
                .set(UndertowOptions.MAX_HEADERS, limits.headers() * HARD_FACTOR)
                // Bodies are bounded by BodyHandler, which can also say so.
                .set(UndertowOptions.MAX_ENTITY_SIZE, 0L)
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(timeouts.header()))
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(timeouts.keepAlive()))
                .set(UndertowOptions.DECODE_URL, false)
                .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .set(UndertowOptions.ENABLE_HTTP2, true)
                .set(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                .set(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, H2_STREAMS)
                .getMap();
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    /** The ports, plain HTTP first. */
    List<Integer> ports() {
        return channels.stream()
                .map(channel -> channel.getLocalAddress(InetSocketAddress.class).getPort())
                .toList();
    }

    /** Accepts no more; what is open stays. */
    void suspend() {
        channels.forEach(AcceptingChannel::suspendAccepts);
    }

    @Override
    public void close() {
        channels.forEach(IoUtils::safeClose);
        protocols.forEach(OpenListener::closeConnections);
        worker.shutdown();
        boolean ended = false;
        try {
            ended = worker.awaitTermination(SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            worker.shutdownNow();
        }
        buffers.close();
    }
}
