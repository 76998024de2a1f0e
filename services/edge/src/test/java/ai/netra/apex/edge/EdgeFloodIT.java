package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import ai.netra.apex.edge.EdgeConfig.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Too much at once, or too slowly: what the edge gives to one client and to all together. */
@Tag("NET-1")
class EdgeFloodIT {
    private static final String GET = "GET /api/who HTTP/1.1\r\nHost: here\r\n\r\n";
    private static final String OTHER_CLIENT = "127.0.0.2";

    private final List<Socket> sockets = new ArrayList<>();
    private TestReplica replica;

    @BeforeEach
    void start() {
        replica = TestReplica.start("backend");
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        replica.close();
    }

    @Test
    void one_client_cannot_take_the_connections_of_all() throws IOException {
        try (var edge = edge(c -> c.with(Limits.DEFAULTS.withConnections(100, 4)))) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(connect(edge, "127.0.0.1"));
                assertThat(ask(held.getLast())).startsWith("HTTP/1.1 200");
            }

            assertThat(EdgeFixture.readAll(connect(edge, "127.0.0.1")))
                    .as("one too many is closed at once, asked or not")
                    .doesNotContain("HTTP");

            assertThat(ask(connect(edge, OTHER_CLIENT))).startsWith("HTTP/1.1 200");
            assertThat(ask(held.getFirst())).startsWith("HTTP/1.1 200");
            assertThat(edge.metrics()).contains("edge_connections_refused_total 1.0");
            held.getLast().close();
            await().until(() -> isServed(edge));
        }
    }

    @Test
    void a_trusted_proxy_brings_as_many_connections_as_it_has() throws IOException {
        var trust = new Trust(List.of(Network.parse("127.0.0.0/8")), Set.of());
        try (var edge = edge(c -> c.with(Limits.DEFAULTS.withConnections(100, 2)).with(trust))) {
            for (int i = 0; i < 6; i++) {
                assertThat(ask(connect(edge, "127.0.0.1"))).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void beyond_all_connections_the_next_waits_until_one_is_closed() throws IOException {
        try (var edge = edge(c -> c.with(Limits.DEFAULTS.withConnections(3, 100)))) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                held.add(connect(edge, "127.0.0.1"));
                assertThat(ask(held.getLast())).startsWith("HTTP/1.1 200");
            }
            Socket next = connect(edge, "127.0.0.1");
            next.setSoTimeout(300);
            assertThatThrownBy(() -> ask(next)).isInstanceOf(SocketTimeoutException.class);

            held.getFirst().close();

            next.setSoTimeout(30_000);
            assertThat(answer(next)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    @Tag("ERR-9")
    void beyond_the_memory_for_bodies_a_request_is_told_to_come_later() throws IOException {
        try (var edge = edge(c -> c.with(Limits.DEFAULTS.withBodies(50_000, 100_000)))) {
            List<Socket> sending = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket socket = connect(edge, "127.0.0.1");
                socket.getOutputStream().write(post("/api/echo", 30_000));
                socket.getOutputStream().write(new byte[20_000]);
                sending.add(socket);
            }
            await().until(() -> buffered(edge) > 90_000);

            Socket one = connect(edge, "127.0.0.1");
            one.getOutputStream().write(post("/api/echo", 30_000));
            one.getOutputStream().write(new byte[20_000]);
            String refused = EdgeFixture.readAll(one);

            assertThat(refused)
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 2", "\"code\":\"overloaded\"");
            assertThat(edge.get("/api/who").statusCode())
                    .as("who sends no body needs no memory")
                    .isEqualTo(200);
            int before = replica.requests.get();
            for (Socket socket : sending) {
                socket.getOutputStream().write(new byte[10_000]);
                assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            }
            assertThat(replica.requests.get()).isEqualTo(before + 3);
            await().until(() -> buffered(edge) == 0);
            Socket again = connect(edge, "127.0.0.1");
            again.getOutputStream().write(post("/api/echo", 10));
            again.getOutputStream().write(new byte[10]);
            assertThat(answer(again)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void headers_and_bodies_that_trickle_in_are_cut_off_at_their_limit() throws IOException {
        var brief = Duration.ofMillis(1_200);
        try (var edge =
                        edge(
                                c ->
                                        c.with(
                                                Timeouts.DEFAULTS.withSlowClients(
                                                        brief,
                                                        brief,
                                                        Duration.ofSeconds(60),
                                                        Duration.ofMillis(500))));
                ScheduledExecutorService drops = Executors.newScheduledThreadPool(1)) {
            Socket slowHeaders = connect(edge, "127.0.0.1");
            slowHeaders
                    .getOutputStream()
                    .write(
                            "GET /api/who HTTP/1.1\r\nHost: here\r\nX-Slow: "
                                    .getBytes(StandardCharsets.US_ASCII));
            Socket slowBody = connect(edge, "127.0.0.1");
            slowBody.getOutputStream().write(post("/api/echo", 5_000));
            // Never silent for long, so that no idle timeout ends them.
            for (Socket socket : List.of(slowHeaders, slowBody)) {
                var _ =
                        drops.scheduleAtFixedRate(
                                () -> drop(socket), 0, 100, TimeUnit.MILLISECONDS);
            }

            assertThat(EdgeFixture.readAll(slowHeaders)).doesNotContain("HTTP/1.1 2");
            assertThat(EdgeFixture.readAll(slowBody)).startsWith("HTTP/1.1 408");
            assertThat(replica.requests.get()).isZero();
            drops.shutdownNow();
        }
    }

    @Test
    @Tag("COM-1")
    void programs_are_told_in_the_shape_that_openais_clients_read() throws IOException {
        try (var edge = edge(c -> c.with(Limits.DEFAULTS.withBodyBytes(1_000)))) {
            Socket socket = connect(edge, "127.0.0.1");
            socket.getOutputStream().write(post("/v1/chat/completions", 5_000));
            assertThat(EdgeFixture.readAll(socket))
                    .startsWith("HTTP/1.1 413")
                    .contains("Content-Type: application/json\r\n")
                    .contains(
                            "{\"error\":{\"message\":\"A request may have 1000 bytes. Send less at"
                                    + " once.\",\"type\":\"invalid_request_error\",\"param\":null,"
                                    + "\"code\":\"payload_too_large\"}}");
            replica.close();
            await().untilAsserted(
                            () ->
                                    assertThat(edge.get("/v1/models").body())
                                            .startsWith("{\"error\":{\"message\":\"The backend")
                                            .contains("\"type\":\"server_error\"")
                                            .contains("\"code\":\"unavailable\""));
        }
    }

    private EdgeFixture edge(UnaryOperator<EdgeConfig> more) {
        return EdgeFixture.inFrontOf(more, replica);
    }

    /** A connection that comes from {@code address}, of which this machine has many. */
    private Socket connect(EdgeFixture edge, String address) throws IOException {
        var socket =
                new Socket(
                        InetAddress.ofLiteral("127.0.0.1"),
                        edge.edge.port(),
                        InetAddress.ofLiteral(address),
                        0);
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        return socket;
    }

    private boolean isServed(EdgeFixture edge) throws IOException {
        try (Socket socket = connect(edge, "127.0.0.1")) {
            return ask(socket).startsWith("HTTP/1.1 200");
        } catch (java.net.SocketException e) {
            return false;
        }
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
        return answer(socket);
    }

    /** What there is of an answer, which is all of it where it is short. */
    private static String answer(Socket socket) throws IOException {
        byte[] buffer = new byte[4_096];
        int read = socket.getInputStream().read(buffer);
        return read < 0 ? "" : new String(buffer, 0, read, StandardCharsets.US_ASCII);
    }

    private static byte[] post(String path, int length) {
        return ("POST "
                        + path
                        + " HTTP/1.1\r\nHost: here\r\nContent-Length: "
                        + length
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void drop(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e); // which ends the schedule
        }
    }

    private static double buffered(EdgeFixture edge) {
        return edge.metrics()
                .lines()
                .filter(line -> line.startsWith("edge_request_bodies_buffered_bytes "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
