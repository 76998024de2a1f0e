package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import ai.netra.apex.edge.EdgeConfig.Upstreams;
import ai.netra.apex.settings.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each bound of a running edge, changed, is the bound of what comes next. */
@Tag("CFG-7")
class EdgeChangeIT {
    private static final Upstreams NOBODY =
            new Upstreams(
                    List.of(),
                    List.of(),
                    List.of(),
                    Upstreams.HEALTH,
                    Duration.ofMillis(100),
                    Duration.ofSeconds(2));

    private static TestReplica replica;
    private static EdgeFixture edge;
    private static EdgeConfig standard;

    @BeforeAll
    static void start() {
        replica = TestReplica.start("backend");
        List<URI> uris = List.of(replica.uri());
        standard =
                EdgeConfig.loopback(
                        new Upstreams(
                                uris,
                                uris,
                                uris,
                                NOBODY.frontendHealth(),
                                NOBODY.probeInterval(),
                                NOBODY.probeTimeout()));
        edge = EdgeFixture.inFrontOf(config -> standard, replica);
        edge.awaitAllReady();
    }

    @AfterEach
    void putBack() {
        replica.readyStatus = 200;
        edge.edge.change(() -> standard);
        edge.awaitAllReady();
    }

    @AfterAll
    static void stop() {
        edge.close();
        replica.close();
    }

    @Test
    void only_what_is_bound_to_an_open_port_needs_a_restart() {
        assertThat(EdgeSettings.SETTINGS.settings())
                .filteredOn(setting -> !setting.isReloadable())
                .extracting(Setting::key)
                .filteredOn(key -> !key.matches("APEX_TIER|EDGE_(CONFIG_FILE|SECRETS_.*|VAULT_.*)"))
                .containsExactly(
                        "EDGE_ADDRESS", "EDGE_PORT", "EDGE_MANAGEMENT_PORT", "EDGE_TLS_PORT");
    }

    private static Limits limits(int connections, int perClient, int webSockets, int upstream) {
        Limits d = Limits.DEFAULTS;
        return new Limits(
                connections,
                perClient,
                webSockets,
                upstream,
                d.bodyBytes(),
                d.bufferedBytes(),
                d.headerBytes(),
                d.headers());
    }

    @Test
    void connections_of_one_client() throws IOException {
        try (Socket open = edge.connect()) {
            assertThat(who(open)).contains("200 OK");
            edge.edge.change(() -> standard.with(limits(100, 1, 100, 100)));

            assertThat(edge.raw("GET /api/who HTTP/1.1\r\nHost: here\r\n\r\n"))
                    .doesNotContain("200 OK");
            assertThat(who(open)).as("who was there before").contains("200 OK");
        }
    }

    @Test
    void connections_in_all() throws IOException {
        edge.edge.change(() -> standard.with(limits(1, 100, 100, 100)));
        try (Socket first = edge.connect();
                Socket second = edge.connect();
                Socket third = edge.connect()) {
            List<Socket> all = List.of(first, second, third);
            for (Socket one : all) {
                ask(one);
                one.setSoTimeout(1_000);
            }
            assertThat(all.stream().filter(EdgeChangeIT::isSilent))
                    .as("those who wait")
                    .isNotEmpty();
            edge.edge.change(() -> standard);
            for (Socket one : all) {
                one.setSoTimeout(60_000);
                ask(one);
                assertThat(isSilent(one)).isFalse();
            }
        }
    }

    private static boolean isSilent(Socket socket) {
        try {
            return answer(socket).isEmpty();
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String who(Socket socket) throws IOException {
        ask(socket);
        return answer(socket);
    }

    private static void ask(Socket socket) throws IOException {
        socket.getOutputStream()
                .write(
                        "HEAD /api/who HTTP/1.1\r\nHost: here\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        byte[] answer = new byte[1_000];
        int count = socket.getInputStream().read(answer);
        return new String(answer, 0, Math.max(0, count), StandardCharsets.US_ASCII);
    }

    @Test
    void web_sockets() {
        WebSocket open = webSocket().join();
        edge.edge.change(() -> standard.with(limits(100, 100, 1, 100)));

        assertThat(webSocket().exceptionNow()).isNotNull();
        assertThat(open.isOutputClosed()).isFalse();
        open.abort();
    }

    private static CompletableFuture<WebSocket> webSocket() {
        CompletableFuture<WebSocket> opening =
                edge.http
                        .newWebSocketBuilder()
                        .buildAsync(edge.socketUri("/ws"), new WebSocket.Listener() {});
        await().until(opening::isDone);
        return opening;
    }

    @Test
    void requests_at_one_replica() throws Exception {
        int before = replica.requests.get();
        // One connection a thread, so three requests at once are one too many for some thread.
        edge.edge.change(() -> standard.with(limits(100, 100, 100, 1)));
        List<CompletableFuture<HttpResponse<String>>> all =
                java.util.stream.IntStream.range(0, 40)
                        .mapToObj(
                                i ->
                                        edge.http.sendAsync(
                                                edge.request("/api/slow?2000").build(),
                                                BodyHandlers.ofString()))
                        .toList();
        for (var one : all) {
            one.get(60, TimeUnit.SECONDS);
        }

        assertThat(all).anySatisfy(one -> assertThat(one.join().statusCode()).isEqualTo(503));
        assertThat(replica.requests.get()).isGreaterThan(before);
    }

    @Test
    void the_time_of_a_request_and_who_is_under_way_keeps_his() throws Exception {
        int before = replica.requests.get();
        CompletableFuture<HttpResponse<String>> underWay =
                edge.http.sendAsync(
                        edge.request("/api/slow?3000").build(), BodyHandlers.ofString());
        await().until(() -> replica.requests.get() > before);
        edge.edge.change(() -> standard.with(Timeouts.DEFAULTS.withRequest(Duration.ofSeconds(1))));

        assertThat(edge.get("/api/slow?20000").statusCode()).isEqualTo(504);
        assertThat(underWay.get(60, TimeUnit.SECONDS).body()).isEqualTo("slow");
    }

    @Test
    void the_time_of_headers_for_new_connections() throws IOException {
        edge.edge.change(
                () ->
                        standard.with(
                                Timeouts.DEFAULTS.withSlowClients(
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1))));

        // Ends, where it would have been kept for much longer: reading would time out before.
        assertThat(edge.raw("GET /api/who HTTP/1.1\r\nHos")).doesNotContain("200 OK");
        assertThat(edge.raw("POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"))
                .contains("408");
    }

    @Test
    void how_replicas_are_asked() {
        replica.readyStatus = 503;
        await().until(() -> edge.get("/health").body().contains("\"status\":\"degraded\""));
        Upstreams now = standard.upstreams();
        edge.edge.change(
                () ->
                        standard.with(
                                new Upstreams(
                                        now.frontend(),
                                        now.backend(),
                                        now.auth(),
                                        "/api/who",
                                        Duration.ofMillis(50),
                                        now.probeTimeout())));

        // Only the frontend's path can be set, and that one answers.
        await().until(
                        () ->
                                edge.get("/health")
                                        .body()
                                        .contains(
                                                "{\"name\":\"frontend\",\"required\":false,"
                                                        + "\"status\":\"up\""));
    }
}
