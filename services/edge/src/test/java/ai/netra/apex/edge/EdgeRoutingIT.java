package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.edge.EdgeConfig.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("NET-1")
class EdgeRoutingIT {
    private static TestReplica frontend;
    private static TestReplica backend;
    private static TestReplica auth;
    private static EdgeFixture edge;

    @BeforeAll
    static void start() {
        frontend = TestReplica.start("frontend");
        backend = TestReplica.start("backend");
        auth = TestReplica.start("auth");
        edge =
                EdgeFixture.inFrontOf(
                        UnaryOperator.identity(),
                        List.of(frontend.uri()),
                        List.of(backend.uri()),
                        List.of(auth.uri()));
        edge.awaitAllReady();
    }

    @AfterAll
    static void stop() {
        edge.close();
        frontend.close();
        backend.close();
        auth.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, frontend",
        "/threads/1, frontend",
        "/apis, frontend",
        "/wsx, frontend",
        "/api, backend",
        "/api/threads, backend",
        "/v1/models, backend",
        "/auth/me, auth",
        "/oauth2/jwks, auth",
        "/.well-known/openid-configuration, auth"
    })
    void each_path_goes_to_its_service(String path, String service) {
        assertThat(edge.get(path).body()).startsWith(service + " GET " + path);
    }

    @Test
    void a_body_arrives_whole_with_and_without_a_length() {
        byte[] body = new byte[300_000];
        var fixed = edge.request("/api/echo").POST(BodyPublishers.ofByteArray(body)).build();
        var chunked =
                edge.request("/api/echo")
                        .POST(
                                BodyPublishers.fromPublisher(
                                        BodyPublishers.ofByteArrays(List.of(body, body))))
                        .build();
        var empty =
                edge.request("/api/echo")
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.noBody()))
                        .build();

        assertThat(edge.send(fixed).body()).startsWith("backend POST /api/echo body=300000");
        assertThat(edge.send(chunked).body()).startsWith("backend POST /api/echo body=600000");
        assertThat(edge.send(empty).body()).startsWith("backend POST /api/echo body=0");
    }

    @Test
    void a_client_that_asks_before_it_sends_is_told_to_go_on() {
        var request =
                edge.request("/api/echo")
                        .expectContinue(true)
                        .POST(BodyPublishers.ofByteArray(new byte[50_000]))
                        .build();

        assertThat(edge.send(request).body()).startsWith("backend POST /api/echo body=50000");
    }

    @Test
    @Tag("ERR-9")
    void a_request_without_a_trace_gets_one_that_the_answer_names() {
        HttpResponse<String> response = edge.get("/api/echo");
        String id = response.headers().firstValue("X-Correlation-Id").orElseThrow();

        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(response.body()).contains("traceparent: 00-" + id + "-");
    }

    @Test
    void a_trace_that_came_along_is_kept() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        String parent = "00-" + trace + "-b7ad6b7169203331-01";
        var response = edge.send(edge.request("/api/echo").header("traceparent", parent).build());

        assertThat(response.headers().firstValue("X-Correlation-Id")).contains(trace);
        assertThat(response.body()).contains("traceparent: " + parent);
    }

    @Test
    void an_event_stream_is_passed_on_event_by_event() throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                edge.http.send(
                        edge.request("/api/events").header("Accept-Encoding", "gzip").build(),
                        BodyHandlers.ofInputStream());
        try (InputStream events = response.body()) {
            byte[] first = events.readNBytes("id: 1\ndata: first\n\n".length());
            assertThat(new String(first, StandardCharsets.UTF_8)).contains("data: first");
            // Only now may the replica write the second one.
            backend.release.countDown();
            assertThat(new String(events.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("data: second");
        }
    }

    @Test
    void a_large_json_answer_is_compressed_and_a_small_one_is_not() throws Exception {
        var large =
                edge.http.send(
                        edge.request("/api/json?50000").header("Accept-Encoding", "gzip").build(),
                        BodyHandlers.ofByteArray());
        var small =
                edge.send(edge.request("/api/json?200").header("Accept-Encoding", "gzip").build());

        assertThat(large.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(large.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(large.body()).hasSizeLessThan(1_000);
        try (var text = new GZIPInputStream(new java.io.ByteArrayInputStream(large.body()))) {
            assertThat(text.readAllBytes()).hasSize(50_000);
        }
        assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(small.body()).hasSize(200);
    }

    @Test
    void what_auth_answers_is_never_compressed() {
        var response =
                edge.send(
                        edge.request("/auth/json?50000").header("Accept-Encoding", "gzip").build());

        assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(response.body()).hasSize(50_000);
    }

    @Test
    void every_answer_has_security_headers_and_a_page_keeps_its_own_policy() {
        var page = edge.get("/page").headers();
        var api = edge.get("/api/who").headers();

        assertThat(page.firstValue("Content-Security-Policy")).contains("default-src 'self'");
        assertThat(page.firstValue("X-Powered-By")).isEmpty();
        assertThat(api.firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'");
        assertThat(api.firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(api.firstValue("X-Frame-Options")).contains("DENY");
        assertThat(api.firstValue("Strict-Transport-Security")).isEmpty();
        assertThat(api.firstValue("Server")).isEmpty();
    }

    @Test
    void forwarded_headers_of_a_stranger_are_replaced() {
        var response =
                edge.send(
                        edge.request("/api/echo")
                                .header("X-Forwarded-For", "6.6.6.6")
                                .header("X-Forwarded-Proto", "https")
                                .header("X-Forwarded-Host", "evil.example")
                                .header("X-Forwarded-Prefix", "/evil")
                                .header("X-Real-IP", "6.6.6.6")
                                .header("Forwarded", "for=6.6.6.6")
                                .build());

        assertThat(response.body())
                .contains("X-Forwarded-For: 127.0.0.1\n")
                .contains("X-Forwarded-Proto: http\n")
                .contains("X-Forwarded-Host: 127.0.0.1:" + edge.edge.port() + "\n")
                .contains("Forwarded: for=127.0.0.1;host=\"127.0.0.1:" + edge.edge.port() + "\"")
                .doesNotContain("6.6.6.6")
                .doesNotContainIgnoringCase("evil");
    }

    @Test
    void forwarded_headers_of_a_trusted_proxy_are_believed_up_to_the_first_stranger() {
        try (var behind =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(
                                        new Trust(
                                                List.of(
                                                        Network.parse("127.0.0.1"),
                                                        Network.parse("10.0.0.0/8")),
                                                Set.of())),
                        backend)) {
            var response =
                    behind.send(
                            behind.request("/api/echo")
                                    .header("X-Forwarded-For", "6.6.6.6, 203.0.113.7, 10.1.1.1")
                                    .header("X-Forwarded-Proto", "https")
                                    .header("X-Forwarded-Host", "chat.example.com")
                                    .build());

            assertThat(response.body())
                    .contains("X-Forwarded-For: 203.0.113.7\n")
                    .contains("X-Forwarded-Proto: https\n")
                    .contains("X-Forwarded-Host: chat.example.com\n")
                    .contains("Host: chat.example.com\n")
                    .doesNotContain("6.6.6.6");
        }
    }

    @Test
    void headers_for_one_machine_only_do_not_travel_on() throws IOException {
        String answer =
                edge.raw(
                        """
                        GET /api/echo HTTP/1.1\r
                        Host: here\r
                        Connection: close, X-Secret-Hop\r
                        X-Secret-Hop: 1\r
                        Keep-Alive: timeout=5\r
                        TE: trailers\r
                        Proxy-Authorization: x\r
                        Upgrade: h2c\r
                        HTTP2-Settings: AAMAAABkAAQAAP__\r
                        X-Stays: yes\r
                        \r
                        """);

        assertThat(answer)
                .contains("X-Stays: yes")
                .doesNotContain("X-Secret-Hop", "Keep-Alive:", "\nTE:", "Proxy-Authorization")
                .doesNotContain("Upgrade:", "HTTP2-Settings");
    }

    @Test
    @Tag("INF-9")
    void the_edge_tells_its_own_health() {
        assertThat(edge.get("/health").body())
                .startsWith("{\"status\":\"up\",\"service\":\"edge\"")
                .contains("\"name\":\"frontend\"", "\"name\":\"backend\"", "\"name\":\"auth\"");
        assertThat(edge.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(edge.get("/health/ready").body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(edge.get("/health/none").statusCode()).isEqualTo(404);
        assertThat(backend.requests.get()).isNotNegative();
    }

    @Test
    @Tag("INF-9")
    void metrics_are_on_the_management_port_only() {
        edge.get("/api/who");

        assertThat(edge.metrics())
                .contains("edge_requests_seconds_count{service=\"backend\",status=\"2xx\"}")
                .contains("edge_replica_ready{replica=\"" + backend.uri().getAuthority());
        assertThat(edge.get("/metrics").body()).startsWith("frontend GET /metrics");
    }

    @Test
    void a_path_that_two_readers_could_understand_differently_is_refused() throws IOException {
        for (String path :
                List.of(
                        "/api/../auth/me",
                        "/api/%2e%2e/auth/me",
                        "/api/..;/auth",
                        "/api/%2fauth",
                        "/api\\auth",
                        "http://evil.example/api/who")) {
            assertThat(
                            edge.raw(
                                    "GET "
                                            + path
                                            + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))
                    .as(path)
                    .startsWith("HTTP/1.1 400");
        }
        assertThat(URI.create("/api/..x/%20y")).isNotNull();
        assertThat(edge.get("/api/..x/%20y").statusCode()).isEqualTo(200);
    }
}
