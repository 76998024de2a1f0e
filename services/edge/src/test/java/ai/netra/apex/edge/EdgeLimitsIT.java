package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("NET-1")
@Tag("ERR-9")
class EdgeLimitsIT {
    private static final int BODY = 100_000;
    private static TestReplica replica;
    private static EdgeFixture edge;
    private int before;

    @BeforeAll
    static void start() {
        replica = TestReplica.start("backend");
        edge =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(Limits.DEFAULTS.withBodyBytes(BODY))
                                        .with(
                                                Timeouts.DEFAULTS
                                                        .withRequest(Duration.ofSeconds(4))
                                                        .withSlowClients(
                                                                Duration.ofMillis(1_500),
                                                                Duration.ofMillis(1_500),
                                                                Duration.ofMillis(1_500),
                                                                Duration.ofMillis(500))),
                        replica);
        edge.awaitAllReady();
    }

    @AfterAll
    static void stop() {
        edge.close();
        replica.close();
    }

    @BeforeEach
    void count() {
        before = replica.requests.get();
    }

    @Test
    void a_body_that_is_too_large_by_its_length_is_refused_with_413() throws IOException {
        String answer = post("Content-Length: 10000000\r\n\r\n", new byte[10_000_000]);

        assertTooLarge(answer);
    }

    @Test
    void a_body_that_turns_out_too_large_in_chunks_is_refused_with_413() throws IOException {
        byte[] chunk =
                ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] body = new byte[chunk.length * 40];
        for (int i = 0; i < 40; i++) {
            System.arraycopy(chunk, 0, body, i * chunk.length, chunk.length);
        }

        assertTooLarge(post("Transfer-Encoding: chunked\r\n\r\n", body));
    }

    @Test
    void a_client_that_asks_first_is_refused_before_it_sends() throws IOException {
        assertTooLarge(
                post("Content-Length: 10000000\r\nExpect: 100-continue\r\n\r\n", new byte[0]));
    }

    @Test
    void a_body_of_just_the_limit_passes() throws IOException {
        String answer =
                post("Content-Length: " + BODY + "\r\nConnection: close\r\n\r\n", new byte[BODY]);

        assertThat(answer).startsWith("HTTP/1.1 200").contains("body=" + BODY);
    }

    private void assertTooLarge(String answer) {
        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("Content-Type: application/problem+json")
                .contains("\"code\":\"payload_too_large\"", "\"retryable\":false")
                .doesNotContain("HTTP/1.1 100");
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    /** Sends all of it, as far as it is let, then reads. */
    private static String post(String rest, byte[] body) throws IOException {
        try (Socket socket = edge.connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /api/echo HTTP/1.1\r\nHost: here\r\n" + rest)
                            .getBytes(StandardCharsets.US_ASCII));
            try {
                out.write(body);
            } catch (SocketException e) {
                // Closed while sending: what counts is whether the answer arrives.
                assertThat(e).hasMessageContaining("");
            }
            return EdgeFixture.readAll(socket);
        }
    }

    @Test
    void headers_that_never_end_are_cut_off() throws IOException {
        try (Socket socket = edge.connect()) {
            long start = System.nanoTime();
            socket.getOutputStream()
                    .write("GET /api/echo HTTP/1.1\r\nHost: h".getBytes(StandardCharsets.US_ASCII));

            assertThat(EdgeFixture.readAll(socket)).doesNotContain("200");
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(25));
        }
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    @Test
    void a_connection_that_never_asks_is_closed() throws IOException {
        try (Socket socket = edge.connect()) {
            assertThat(EdgeFixture.readAll(socket)).doesNotContain("HTTP");
        }
    }

    @Test
    void a_body_that_never_comes_is_answered_408_and_costs_the_replica_nothing()
            throws IOException {
        String answer = post("Content-Length: 5000\r\n\r\n", new byte[100]);

        assertThat(answer).startsWith("HTTP/1.1 408").contains("\"code\":\"request_timeout\"");
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    @Test
    void a_chunk_that_cannot_be_ends_the_connection() throws IOException {
        Logger log = Logger.getLogger("io.undertow.request");
        var faults = new FaultsOfOurs();
        log.addHandler(faults);
        String answer =
                post("Transfer-Encoding: chunked\r\n\r\n" + "f".repeat(20) + "\r\n", new byte[0]);
        log.removeHandler(faults);

        assertThat(answer).doesNotContain("HTTP/1.1 2");
        assertThat(faults.thrown).isEmpty();
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    @Test
    void headers_that_are_too_large_or_too_many_are_answered_431() throws IOException {
        String large =
                "GET /api/echo HTTP/1.1\r\nHost: h\r\nX-A: " + "a".repeat(40_000) + "\r\n\r\n";
        String many = "GET /api/echo HTTP/1.1\r\nHost: h\r\n" + "X-A: 1\r\n".repeat(120) + "\r\n";

        assertThat(edge.raw(large))
                .startsWith("HTTP/1.1 431")
                .contains("\"code\":\"headers_too_large\"");
        assertThat(edge.raw(many)).startsWith("HTTP/1.1 431");
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    @Test
    void headers_without_any_measure_are_cut_off() throws IOException {
        String answer =
                edge.raw("GET /api/echo HTTP/1.1\r\nHost: h\r\nX-A: " + "a".repeat(1_000_000));

        assertThat(answer).doesNotContain("200 OK");
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    static List<String> smuggling() {
        return List.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "Content-Length: 5, 6\r\n\r\nhello!",
                "Content-Length: +5\r\n\r\nhello",
                "Content-Length: -1\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\nhello",
                "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
                "Host: other\r\nContent-Length: 0\r\n\r\n",
                "Content-Length : 5\r\n\r\nhello");
    }

    @ParameterizedTest
    @MethodSource("smuggling")
    void a_request_whose_end_is_a_matter_of_opinion_is_refused_and_its_connection_closed(
            String rest) throws IOException {
        String second = "GET /api/smuggled HTTP/1.1\r\nHost: here\r\n\r\n";
        String answer = edge.raw("POST /api/echo HTTP/1.1\r\nHost: here\r\n" + rest + second);

        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("HTTP/1.1 2", "smuggled");
        assertThat(replica.requests.get()).isEqualTo(before);
    }

    @Test
    void after_a_body_in_chunks_nothing_more_is_read_from_the_connection() throws IOException {
        String answer =
                edge.raw(
                        """
                        POST /api/echo HTTP/1.1\r
                        Host: here\r
                        Transfer-Encoding: chunked\r
                        \r
                        0\r
                        \r
                        GET /api/smuggled HTTP/1.1\r
                        Host: here\r
                        \r
                        """);

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains("POST /api/echo body=0")
                .doesNotContain("smuggled");
    }

    @Test
    void a_client_that_takes_nothing_of_its_answer_is_cut_off() throws IOException {
        try (var slow =
                        EdgeFixture.inFrontOf(
                                config ->
                                        config.with(
                                                Timeouts.DEFAULTS.withWrite(
                                                        Duration.ofMillis(600))),
                                replica);
                Socket socket = slow.connect()) {
            socket.getOutputStream()
                    .write(
                            "GET /api/json?50000000 HTTP/1.1\r\nHost: here\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> slow.edge.activeRequests() == 1);

            await().atMost(Duration.ofSeconds(30)).until(() -> slow.edge.activeRequests() == 0);
        }
    }

    @Test
    void a_pause_between_two_answers_is_no_fault_of_the_client() {
        try (var slow =
                EdgeFixture.inFrontOf(
                        config -> config.with(Timeouts.DEFAULTS.withWrite(Duration.ofMillis(300))),
                        replica)) {
            assertThat(slow.get("/api/who").statusCode()).isEqualTo(200);
            assertThat(slow.get("/api/slow?900").body()).isEqualTo("slow");
            assertThat(slow.get("/api/slow?900").body()).isEqualTo("slow");
        }
    }

    @Test
    void methods_that_do_not_belong_here_are_refused() throws IOException {
        for (String method : List.of("TRACE", "CONNECT", "PROPFIND")) {
            assertThat(edge.raw(method + " /api/echo HTTP/1.1\r\nHost: here\r\n\r\n"))
                    .as(method)
                    .startsWith("HTTP/1.1 405")
                    .contains("Allow: GET");
        }
    }

    @Test
    @Tag("NET-2")
    void a_request_that_takes_too_long_is_answered_504_and_not_sent_again() {
        for (String method : List.of("GET", "POST")) {
            count();
            var response =
                    edge.send(
                            edge.request("/api/slow?60000")
                                    .method(
                                            method,
                                            java.net.http.HttpRequest.BodyPublishers.noBody())
                                    .build());

            assertThat(response.statusCode()).as(method).isEqualTo(504);
            assertThat(response.body()).contains("\"code\":\"timeout\"", "\"retryable\":true");
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            assertThat(replica.requests.get()).isEqualTo(before + 1);
        }
    }

    /** What a handler threw that nobody expected. */
    private static final class FaultsOfOurs extends Handler {
        private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            if (line.getThrown() instanceof IllegalStateException fault) {
                thrown.add(fault);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
