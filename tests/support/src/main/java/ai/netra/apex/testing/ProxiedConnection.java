package ai.netra.apex.testing;

import ai.netra.apex.testing.NetworkFaults.Verdict;
import ai.netra.apex.testing.TcpProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** One client's connection and the one to the server behind it, with a pump for each direction. */
final class ProxiedConnection {

    private static final int CHUNK = 32 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket client;
    private final Socket server = new Socket();
    private final String host;
    private final int port;
    private final NetworkFaults faults;
    private final Consumer<ProxiedConnection> onEnd;
    private final AtomicLong toServer = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean losesAnswer = new AtomicBoolean();
    private final Thread upstream;
    private final Thread downstream;

    ProxiedConnection(
            Socket client,
            String host,
            int port,
            NetworkFaults faults,
            Consumer<ProxiedConnection> onEnd) {
        this.client = client;
        this.host = host;
        this.port = port;
        this.faults = faults;
        this.onEnd = onEnd;
        this.upstream =
                Thread.ofVirtual().name("tcp-proxy-to-server").unstarted(this::connectAndPump);
        this.downstream =
                Thread.ofVirtual()
                        .name("tcp-proxy-to-client")
                        .unstarted(() -> pump(server, client, Direction.TO_CLIENT, toClient));
    }

    void start() {
        upstream.start();
    }

    void forgetCounts() {
        toServer.set(0);
        toClient.set(0);
    }

    /** Ends both sides with RST, whatever is under way. */
    void reset() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        abort(client);
        abort(server);
        upstream.interrupt();
        downstream.interrupt();
        onEnd.accept(this);
    }

    private void connectAndPump() {
        try {
            client.setTcpNoDelay(true);
            faults.await(Direction.TO_SERVER);
            server.setTcpNoDelay(true);
            server.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
        } catch (IOException e) {
            reset();
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
            return;
        }
        downstream.start();
        pump(client, server, Direction.TO_SERVER, toServer);
    }

    private void pump(Socket from, Socket to, Direction direction, AtomicLong passed) {
        byte[] buffer = new byte[CHUNK];
        try {
            while (true) {
                int read = from.getInputStream().read(buffer);
                faults.await(direction);
                if (read < 0) {
                    endOfStream(from, to);
                    return;
                }
                if (!forward(buffer, read, to, direction, passed)) {
                    reset();
                    return;
                }
            }
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    /** Whether the connection goes on. */
    private boolean forward(
            byte[] buffer, int length, Socket to, Direction direction, AtomicLong passed)
            throws IOException {
        if (direction == Direction.TO_CLIENT && losesAnswer.get()) {
            return false;
        }
        if (direction == Direction.TO_SERVER) {
            Verdict verdict =
                    faults.judge(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            if (verdict == Verdict.RESET_UNSENT) {
                return false;
            }
            if (verdict == Verdict.FORWARD_AND_LOSE_ANSWER) {
                losesAnswer.set(true);
            }
        }
        int allowed = (int) Math.min(length, faults.allowance(direction, passed.get()));
        to.getOutputStream().write(buffer, 0, allowed);
        passed.addAndGet(allowed);
        return allowed == length;
    }

    private void endOfStream(Socket from, Socket to) throws IOException {
        if (losesAnswer.get() || (client.isInputShutdown() && server.isInputShutdown())) {
            reset();
            return;
        }
        to.shutdownOutput();
        from.shutdownInput();
        if (client.isInputShutdown()
                && server.isInputShutdown()
                && ended.compareAndSet(false, true)) {
            client.close();
            server.close();
            onEnd.accept(this);
        }
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Never connected, or gone already: there is nothing to reset.
            assert socket.isClosed() || !socket.isConnected();
        }
        try {
            socket.close();
        } catch (IOException e) {
            assert socket.isClosed();
        }
    }
}
