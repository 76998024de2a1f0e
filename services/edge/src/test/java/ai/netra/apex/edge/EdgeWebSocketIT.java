package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Trust;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("NET-1")
class EdgeWebSocketIT {
    private TestReplica replica;
    private EdgeFixture edge;

    @BeforeEach
    void start() {
        replica = TestReplica.start("backend");
        edge =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(
                                        new Trust(
                                                List.of(),
                                                Set.of(Origin.parse("https://chat.example.com")))),
                        replica);
    }

    @AfterEach
    void stop() {
        edge.close();
        replica.close();
    }

    @Test
    @Tag("GLD-7")
    void of_200_sockets_with_1000_frames_each_none_loses_a_frame_or_its_close_code() {
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            var listener = new Listener();
            listeners.add(listener);
            open(listener, "/ws?frames=1000");
        }

        for (Listener listener : listeners) {
            assertThat(listener.closed.orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(4003);
            assertThat(listener.frames.get()).isEqualTo(1_000);
            assertThat(listener.outOfOrder.get()).isZero();
        }
    }

    @Test
    void frames_go_both_ways_and_the_subprotocol_is_agreed_on() {
        var listener = new Listener();
        WebSocket socket = open(listener, "/ws");

        socket.sendText("frame 0", true).join();

        await().until(() -> listener.frames.get() == 1);
        assertThat(socket.getSubprotocol()).isEqualTo("apex.v1");
        assertThat(edge.edge.openWebSockets()).isOne();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        await().untilAsserted(
                        () -> {
                            assertThat(edge.edge.openWebSockets()).isZero();
                            assertThat(replica.openSockets.get()).isZero();
                        });
    }

    @Test
    void a_socket_whose_client_vanishes_is_closed_at_the_replica_too() {
        WebSocket socket = open(new Listener(), "/ws");
        await().until(() -> replica.openSockets.get() == 1);

        socket.abort();

        await().until(() -> replica.openSockets.get() == 0 && edge.edge.openWebSockets() == 0);
    }

    @Test
    void a_refusal_by_the_replica_reaches_the_client() {
        assertThatThrownBy(() -> open(new Listener(), "/ws?refuse"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
        assertThat(edge.edge.openWebSockets()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://127.0.0.1",
                "https://127.0.0.1:PORT",
                "http://127.0.0.1:PORT.evil.example",
                "http://chat.example.com",
                "http://user@127.0.0.1:PORT",
                "null"
            })
    void a_page_of_another_origin_may_not_connect(String origin) throws Exception {
        String actual = origin.replace("PORT", Integer.toString(edge.edge.port()));

        assertThat(handshake("Origin: " + actual + "\r\n"))
                .startsWith("HTTP/1.1 403")
                .contains("\"code\":\"origin_refused\"");
        assertThat(replica.openSockets.get()).isZero();
    }

    @Test
    void two_origins_are_no_origin() throws Exception {
        String own = "Origin: http://127.0.0.1:" + edge.edge.port() + "\r\n";

        assertThat(handshake(own + "Origin: https://evil.example\r\n")).startsWith("HTTP/1.1 403");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT",
                "HTTP://127.0.0.1:PORT",
                "https://chat.example.com",
                "https://chat.example.com:443"
            })
    void a_page_of_our_own_or_an_allowed_origin_may_connect(String origin) throws Exception {
        String actual = origin.replace("PORT", Integer.toString(edge.edge.port()));

        assertThat(handshake("Origin: " + actual + "\r\n")).startsWith("HTTP/1.1 101");
    }

    @Test
    void beyond_the_limit_a_socket_is_told_to_come_later() {
        edge.close();
        edge =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(new Limits(100, 100, 1, 100, 1_000, 1_000, 1_000, 20)),
                        replica);
        open(new Listener(), "/ws");
        await().until(() -> edge.edge.openWebSockets() == 1);

        assertThatThrownBy(() -> open(new Listener(), "/ws"))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> {
                            assertThat(e.getResponse().statusCode()).isEqualTo(503);
                            assertThat(e.getResponse().headers().firstValue("Retry-After"))
                                    .isPresent();
                        });
    }

    @Test
    void a_stop_cuts_sockets_so_that_they_resume_elsewhere() {
        var listener = new Listener();
        open(listener, "/ws");
        await().until(() -> edge.edge.openWebSockets() == 1);

        edge.edge.close();

        await().until(listener.closed::isDone);
        await().until(() -> replica.openSockets.get() == 0);
    }

    private String handshake(String headers) throws Exception {
        try (var socket = edge.connect()) {
            socket.getOutputStream()
                    .write(
                            ("GET /ws HTTP/1.1\r\nHost: 127.0.0.1:"
                                            + edge.edge.port()
                                            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                            + "Sec-WebSocket-Version: 13\r\n"
                                            + headers
                                            + "\r\n")
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            byte[] buffer = new byte[4_096];
            int read = socket.getInputStream().read(buffer);
            return new String(buffer, 0, read, java.nio.charset.StandardCharsets.US_ASCII);
        }
    }

    private WebSocket open(Listener listener, String path) {
        return edge.http
                .newWebSocketBuilder()
                .subprotocols("apex.v1")
                .connectTimeout(Duration.ofSeconds(20))
                .buildAsync(edge.socketUri(path), listener)
                .join();
    }

    private static final class Listener implements WebSocket.Listener {
        final AtomicInteger frames = new AtomicInteger();
        final AtomicInteger outOfOrder = new AtomicInteger();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                if (!part.toString().equals("frame " + frames.getAndIncrement())) {
                    outOfOrder.incrementAndGet();
                }
                part.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
