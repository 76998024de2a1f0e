package ai.netra.apex.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on a loopback port that misbehaves as networks do. It passes everything until told
 * otherwise; every command acts at once, on open connections too, and {@link #pass} heals whatever
 * is not broken for good.
 *
 * <p>Thread-safe; {@link #close} is idempotent and resets what is open.
 */
public final class TcpProxy implements AutoCloseable {

    /** Which way bytes go. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private final String targetHost;
    private final int targetPort;
    private final int port;
    private final NetworkFaults faults = new NetworkFaults();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong accepted = new AtomicLong();
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptor;
    private boolean closed;

    private TcpProxy(String targetHost, int targetPort) {
        this.targetHost = targetHost;
        this.targetPort = targetPort;
        this.port = listen(0);
    }

    /** A proxy on a free loopback port that leads to {@code host:port}. */
    public static TcpProxy to(String host, int port) {
        return new TcpProxy(host, port);
    }

    /** A proxy on a free loopback port that leads to a loopback port. */
    public static TcpProxy to(int port) {
        return to("127.0.0.1", port);
    }

    /** The port clients connect to; it stays the same. */
    public int port() {
        return port;
    }

    /** Connections open now. */
    public int openConnections() {
        return connections.size();
    }

    /** Connections accepted so far. */
    public long acceptedConnections() {
        return accepted.get();
    }

    /** Heals: connections are accepted again, held bytes flow on, without delay. */
    public synchronized void pass() {
        faults.clear();
        if (listener == null && !closed) {
            listen(port);
        }
    }

    /**
     * Nothing moves in any direction, and nobody is told: connecting succeeds, bytes are held until
     * {@link #pass}, a closed peer is not noticed.
     */
    public void blackHole() {
        faults.hold(Direction.TO_SERVER);
        faults.hold(Direction.TO_CLIENT);
    }

    /**
     * Half-open: bytes in one direction are held until {@link #pass}, the other direction works.
     */
    public void hold(Direction direction) {
        faults.hold(direction);
    }

    /** Adds latency to every chunk in each direction. */
    public void delay(Duration latency) {
        faults.delay(latency);
    }

    /** Resets every open connection, as a rebooted peer does; new ones pass. */
    public void reset() {
        connections.forEach(ProxiedConnection::reset);
    }

    /**
     * Refuses new connections and resets the open ones, as a dead host with a living kernel does.
     */
    public synchronized void refuse() {
        closeListener();
        reset();
    }

    /**
     * Lets exactly {@code bytes} bytes pass in a direction, counted over each connection from now
     * on, and then resets that connection.
     */
    public void cutAfter(long bytes, Direction direction) {
        connections.forEach(ProxiedConnection::forgetCounts);
        faults.cutAfter(bytes, direction);
    }

    /**
     * Once: the connection on which a client sends {@code text} is reset, and the server never sees
     * the text.
     */
    public void loseRequest(String text) {
        faults.loseRequest(text);
    }

    /** Once: the server gets {@code text}, but its answer is lost and the connection reset. */
    public void loseAnswerTo(String text) {
        faults.loseAnswerTo(text);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            closeListener();
        }
        reset();
        faults.clear();
    }

    private int listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 512);
            listener = socket;
            acceptor = Thread.ofVirtual().name("tcp-proxy-accept").start(() -> acceptFrom(socket));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot listen on port " + wanted, e);
        }
    }

    private void closeListener() {
        ServerSocket socket = listener;
        listener = null;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            awaitAcceptor();
        }
    }

    /** The kernel stops listening only when the thread in accept has left it. */
    private void awaitAcceptor() {
        if (acceptor != null) {
            try {
                acceptor.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void acceptFrom(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                accepted.incrementAndGet();
                ProxiedConnection connection =
                        new ProxiedConnection(
                                client, targetHost, targetPort, faults, connections::remove);
                connections.add(connection);
                connection.start();
                if (socket.isClosed()) {
                    connection.reset();
                }
            } catch (IOException e) {
                return; // closed: by refuse() or close()
            }
        }
    }
}
