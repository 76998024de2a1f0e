package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.tls.TestCertificate;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The edge takes another configuration while it works, and whoever it works for notices nothing.
 */
@Tag("CFG-7")
class EdgeReloadIT {
    @TempDir static Path directory;
    private static TestReplica first;
    private static EdgeProcess edge;

    @BeforeAll
    static void start() throws Exception {
        first = TestReplica.start("first");
        edge = EdgeProcess.start(directory, first, TestCertificate.selfSigned("localhost"));
    }

    @AfterAll
    static void stop() {
        edge.close();
        first.close();
    }

    /** A WebSocket that notes what comes back. */
    private static final class Echo implements WebSocket.Listener {
        final Queue<String> heard = new ConcurrentLinkedQueue<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        void awaitAnswer(WebSocket socket, String word) {
            socket.sendText(word, true).join();
            await().until(() -> heard.contains(word));
        }
    }

    private static WebSocket open(Echo echo, String... header) {
        WebSocket.Builder builder = edge.http().newWebSocketBuilder();
        if (header.length == 2) {
            builder.header(header[0], header[1]);
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + edge.port + "/ws"), echo).join();
    }

    @Test
    void limits_change_on_a_call_while_requests_and_web_sockets_go_on() throws Exception {
        var echo = new Echo();
        WebSocket socket = open(echo);
        echo.awaitAnswer(socket, "before");
        int before = first.requests.get();
        CompletableFuture<HttpResponse<String>> waiting =
                edge.http().sendAsync(edge.request("/api/wait").build(), BodyHandlers.ofString());
        await().until(() -> first.requests.get() == before + 1);
        assertThat(edge.post(5_000)).isEqualTo(200);

        edge.set("EDGE_BODY_LIMIT", "4KiB");
        edge.set("EDGE_HEADER_COUNT_LIMIT", "20");
        HttpResponse<String> answer = edge.reload();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("\"changed\":[\"EDGE_BODY_LIMIT\",\"EDGE_HEADER_COUNT_LIMIT\"]");
        assertThat(edge.post(5_000)).isEqualTo(413);
        assertThat(withHeaders(30)).isEqualTo(431);
        echo.awaitAnswer(socket, "after");
        first.release.countDown();
        assertThat(waiting.get(60, TimeUnit.SECONDS).body()).isEqualTo("released");
        socket.abort();

        edge.unset("EDGE_BODY_LIMIT");
        edge.unset("EDGE_HEADER_COUNT_LIMIT");
        edge.take();
        assertThat(edge.post(5_000)).isEqualTo(200);
        assertThat(withHeaders(30)).isEqualTo(200);
    }

    private static int withHeaders(int count) {
        HttpRequest.Builder request = edge.request("/api/who");
        for (int i = 0; i < count; i++) {
            request.header("X-More-" + i, "x");
        }
        return edge.send(request.build()).statusCode();
    }

    @Test
    void hang_up_brings_allowed_origins_trusted_proxies_and_the_log_level() throws Exception {
        String page = "https://elsewhere.example.com";
        assertThat(isAllowed(page)).isFalse();
        assertThat(forwardedFor()).doesNotContain("203.0.113.7");
        edge.get("/api/who?seen");
        await().until(() -> edge.output().contains("GET /api/who"));

        edge.set("EDGE_ALLOWED_ORIGINS", page);
        edge.set("EDGE_TRUSTED_PROXIES", "127.0.0.0/8");
        edge.set("EDGE_LOG_LEVEL", "warn");
        edge.hangUp();

        await().until(() -> isAllowed(page));
        assertThat(forwardedFor()).contains("X-Real-IP: 203.0.113.7");
        edge.get("/api/orders/unseen");
        edge.set("EDGE_LOG_LEVEL", "info");
        edge.take();
        edge.get("/api/orders/seen");
        await().until(() -> edge.output().contains("/api/orders/seen"));
        assertThat(edge.output()).doesNotContain("/api/orders/unseen");

        edge.unset("EDGE_ALLOWED_ORIGINS");
        edge.unset("EDGE_TRUSTED_PROXIES");
        edge.take();
        assertThat(isAllowed(page)).isFalse();
    }

    private static boolean isAllowed(String page) {
        try {
            open(new Echo(), "Origin", page).abort();
            return true;
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(WebSocketHandshakeException.class);
            return false;
        }
    }

    private static String forwardedFor() {
        return edge.send(edge.request("/api/echo").header("X-Forwarded-For", "203.0.113.7").build())
                .body();
    }

    @Test
    @Tag("NET-1")
    void a_changed_file_moves_traffic_to_other_replicas_and_cuts_nobody() throws Exception {
        try (var old = TestReplica.start("old");
                var next = TestReplica.start("next")) {
            edge.set("EDGE_BACKEND_URLS", old.uri().toString());
            edge.take();
            var echo = new Echo();
            WebSocket socket = open(echo);
            echo.awaitAnswer(socket, "before");
            CompletableFuture<HttpResponse<String>> waiting =
                    edge.http()
                            .sendAsync(edge.request("/api/wait").build(), BodyHandlers.ofString());
            await().until(() -> old.requests.get() == 2);

            edge.set("EDGE_BACKEND_URLS", next.uri().toString());
            await().until(() -> edge.get("/api/who").equals("next"));

            echo.awaitAnswer(socket, "after");
            old.release.countDown();
            assertThat(waiting.get(60, TimeUnit.SECONDS).body()).isEqualTo("released");
            for (int i = 0; i < 10; i++) {
                assertThat(edge.get("/api/who")).isEqualTo("next");
            }
            assertThat(edge.metrics())
                    .contains("127.0.0.1:" + next.port())
                    .doesNotContain("127.0.0.1:" + old.port());
            socket.abort();
            edge.set("EDGE_BACKEND_URLS", first.uri().toString());
            edge.take();
        }
    }

    @Test
    @Tag("CFG-1")
    void a_bad_configuration_is_refused_whole_told_in_health_and_forgotten_once_it_is_good() {
        edge.set("EDGE_BODY_LIMIT", "4KiB");
        edge.set("EDGE_REQUEST_TIMEOUT", "soon");
        edge.set("EDGE_BODY_TIMEOTU", "5s");
        HttpResponse<String> answer = edge.reload();

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .contains("EDGE_REQUEST_TIMEOUT", "EDGE_BODY_TIMEOTU", "EDGE_BODY_TIMEOUT?");
        assertThat(edge.post(5_000)).as("the old limit is in force").isEqualTo(200);
        assertThat(edge.health())
                .startsWith("{\"status\":\"degraded\"")
                .contains("the newest configuration was refused");

        edge.unset("EDGE_BODY_LIMIT");
        edge.unset("EDGE_REQUEST_TIMEOUT");
        edge.unset("EDGE_BODY_TIMEOTU");
        edge.take();
        assertThat(edge.health()).startsWith("{\"status\":\"up\"");
    }

    @Test
    void what_needs_a_restart_says_so() {
        edge.set("EDGE_PORT", Integer.toString(edge.port + 1));
        HttpResponse<String> answer = edge.reload();
        edge.set("EDGE_PORT", Integer.toString(edge.port));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("EDGE_PORT", "cannot be changed while the service runs");
        edge.take();
    }
}
