package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("NET-1")
class EdgeProcessIT {
    @TempDir Path directory;
    private TestReplica replica;
    private int port;

    @BeforeEach
    void start() throws IOException {
        replica = TestReplica.start("backend");
        port = EdgeFixture.freePort();
    }

    @AfterEach
    void stop() {
        replica.close();
    }

    @Test
    void told_to_stop_it_finishes_what_is_under_way_and_ends_with_0() throws Exception {
        Process edge = edge(Map.of());
        try (HttpClient client = HttpClient.newHttpClient()) {
            awaitUp(client);
            var answer =
                    client.sendAsync(
                            HttpRequest.newBuilder(uri("/api/wait")).build(),
                            BodyHandlers.ofString());
            await().until(() -> replica.requests.get() == 1);

            edge.destroy();
            replica.release.countDown();

            assertThat(answer.thenApply(HttpResponse::body).get(30, TimeUnit.SECONDS))
                    .isEqualTo("released");
            assertThat(edge.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.exitValue()).isZero();
            assertThat(output()).contains("edge has stopped").doesNotContain("Exception");
        } finally {
            edge.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_taken_port_ends_it_with_1_and_a_sentence_that_names_the_port() throws Exception {
        try (var taken = new ServerSocket(port)) {
            Process edge = edge(Map.of());

            assertThat(edge.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(edge.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains("edge: cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .doesNotContain("\tat ");
        }
    }

    @Test
    @Tag("CFG-1")
    void a_wrong_setting_ends_it_with_78_before_it_listens() throws Exception {
        Process edge = edge(Map.of("EDGE_BODY_TIMEOUT", "900s", "EDGE_TYPO", "1"));

        assertThat(edge.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(edge.exitValue()).isEqualTo(78);
        assertThat(output()).contains("EDGE_BODY_TIMEOUT", "EDGE_TYPO");
    }

    private void awaitUp(HttpClient client) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () ->
                                client.send(
                                                HttpRequest.newBuilder(uri("/health")).build(),
                                                BodyHandlers.ofString())
                                        .body()
                                        .startsWith("{\"status\":\"up\""));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    private Process edge(Map<String, String> more) throws IOException {
        var builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Edge.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("out").toFile());
        Map<String, String> environment = builder.environment();
        environment.put("APEX_TIER", "test");
        environment.put("EDGE_PORT", Integer.toString(port));
        environment.put("EDGE_MANAGEMENT_PORT", "0");
        environment.put("EDGE_FRONTEND_URLS", replica.uri().toString());
        environment.put("EDGE_BACKEND_URLS", replica.uri().toString());
        environment.put("EDGE_AUTH_URLS", replica.uri().toString());
        environment.putAll(more);
        return builder.start();
    }
}
