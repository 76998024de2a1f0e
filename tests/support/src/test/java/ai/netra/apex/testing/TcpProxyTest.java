package ai.netra.apex.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.testing.TcpProxy.Direction;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

    private static final int SHORT_MILLIS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AtomicLong received = new AtomicLong();
    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void startEchoServer() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptEchoes);
        proxy = TcpProxy.to(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesAndEndOfStreamBothWays() throws IOException {
        try (Socket client = connect()) {
            send(client, "hello");
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        }
        Awaitility.await().atMost(LIMIT).until(() -> proxy.openConnections() == 0);
    }

    @Test
    void holdsEverythingInABlackHoleAndDeliversItWhenHealed() throws IOException {
        try (Socket client = connect()) {
            assertThat(exchange(client, "one")).isEqualTo("one");
            proxy.blackHole();
            send(client, "two");
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
            try (Socket second = connect()) {
                assertThat(second.isConnected()).isTrue();
            }
            proxy.pass();
            client.setSoTimeout(30_000);
            assertThat(read(client, 3)).isEqualTo("two");
        }
    }

    @Test
    void holdsOneDirectionOnly() throws IOException {
        try (Socket client = connect()) {
            assertThat(exchange(client, "one")).isEqualTo("one");
            proxy.hold(Direction.TO_CLIENT);
            send(client, "two");
            Awaitility.await().atMost(LIMIT).until(() -> received.get() == 6);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void resetsOpenConnections() throws IOException {
        try (Socket client = connect()) {
            assertThat(exchange(client, "one")).isEqualTo("one");
            proxy.reset();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        try (Socket next = connect()) {
            assertThat(exchange(next, "two")).isEqualTo("two");
        }
    }

    @Test
    void refusesAndComesBackOnTheSamePort() throws IOException {
        int port = proxy.port();
        proxy.refuse();
        assertThatThrownBy(() -> connect().close()).isInstanceOf(ConnectException.class);
        proxy.pass();
        assertThat(proxy.port()).isEqualTo(port);
        try (Socket client = connect()) {
            assertThat(exchange(client, "one")).isEqualTo("one");
        }
    }

    @Test
    void cutsAfterExactlySoManyBytes() throws IOException {
        try (Socket client = connect()) {
            assertThat(exchange(client, "before")).isEqualTo("before");
            proxy.cutAfter(4, Direction.TO_SERVER);
            long before = received.get();
            send(client, "abcdefgh");
            assertThatThrownBy(() -> client.getInputStream().readNBytes(8))
                    .isInstanceOf(SocketException.class);
            Awaitility.await().atMost(LIMIT).until(() -> received.get() == before + 4);
        }
    }

    @Test
    void losesARequestOrItsAnswerOnce() throws IOException {
        proxy.loseRequest("COMMIT");
        try (Socket client = connect()) {
            assertThatThrownBy(() -> exchange(client, "a COMMIT"))
                    .isInstanceOf(SocketException.class);
            assertThat(received.get()).isZero();
        }
        proxy.loseAnswerTo("COMMIT");
        try (Socket client = connect()) {
            assertThatThrownBy(() -> exchange(client, "COMMIT"))
                    .isInstanceOf(SocketException.class);
            assertThat(received.get()).isEqualTo(6);
        }
        try (Socket client = connect()) {
            assertThat(exchange(client, "COMMIT")).isEqualTo("COMMIT");
        }
    }

    @Test
    void delaysEachWay() throws IOException {
        try (Socket client = connect()) {
            client.setSoTimeout(30_000);
            assertThat(exchange(client, "one")).isEqualTo("one");
            proxy.delay(Duration.ofMillis(150));
            long begin = System.nanoTime();
            assertThat(exchange(client, "two")).isEqualTo("two");
            assertThat(System.nanoTime() - begin)
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(SHORT_MILLIS);
        return socket;
    }

    private static String exchange(Socket client, String text) throws IOException {
        client.setSoTimeout(30_000);
        send(client, text);
        String answer = read(client, text.length());
        client.setSoTimeout(SHORT_MILLIS);
        return answer;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(Socket client, int length) throws IOException {
        byte[] bytes = client.getInputStream().readNBytes(length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private void acceptEchoes() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                return; // closed by the test
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[1024];
            for (int n = socket.getInputStream().read(buffer);
                    n >= 0;
                    n = socket.getInputStream().read(buffer)) {
                received.addAndGet(n);
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            return; // the proxy reset it
        }
    }
}
