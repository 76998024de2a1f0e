package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Tls;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.testing.tls.TestCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("NET-1")
@Tag("INF-4")
class EdgeTlsIT {
    private static TestReplica replica;
    private static EdgeFixture edge;
    private static SSLContext trusting;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        TestCertificate own = TestCertificate.selfSigned("localhost");
        trusting = TestCertificate.trusting(own);
        client = HttpClient.newBuilder().sslContext(trusting).build();
        replica = TestReplica.start("backend");
        edge =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(Limits.DEFAULTS.withBodyBytes(100_000))
                                        .with(
                                                new Tls(
                                                        0,
                                                        TlsIdentity.of(
                                                                own.chainPem(),
                                                                Secret.of(own.keyPem())),
                                                        true,
                                                        Duration.ofDays(1))),
                        replica);
        edge.awaitAllReady();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        edge.close();
        replica.close();
    }

    private static URI https(String path) {
        return URI.create("https://localhost:" + edge.edge.tlsPort() + path);
    }

    private static HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void requests_are_answered_over_http_2_and_tell_the_replica_it_was_https() throws Exception {
        var response = send(HttpRequest.newBuilder(https("/api/echo")).build());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).contains("X-Forwarded-Proto: https");
        assertThat(response.headers().firstValue("Strict-Transport-Security"))
                .contains("max-age=86400; includeSubDomains");
    }

    @Test
    void bodies_pass_over_http_2_up_to_the_limit_and_are_refused_beyond_it() throws Exception {
        var fits =
                HttpRequest.newBuilder(https("/api/echo"))
                        .POST(BodyPublishers.ofByteArray(new byte[100_000]))
                        .build();
        var fitsWithoutLength =
                HttpRequest.newBuilder(https("/api/echo"))
                        .POST(
                                BodyPublishers.fromPublisher(
                                        BodyPublishers.ofByteArray(new byte[90_000])))
                        .build();
        var tooLarge =
                HttpRequest.newBuilder(https("/api/echo"))
                        .POST(BodyPublishers.ofByteArray(new byte[100_001]))
                        .build();

        assertThat(send(fits).body()).contains("body=100000");
        assertThat(send(fitsWithoutLength).body()).contains("body=90000");
        assertThat(send(tooLarge).statusCode()).isEqualTo(413);
    }

    @Test
    void a_large_compressed_answer_passes_over_http_2() throws Exception {
        var response =
                client.send(
                        HttpRequest.newBuilder(https("/api/json?200000"))
                                .header("Accept-Encoding", "gzip")
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(response.body()).hasSizeBetween(100, 5_000);
    }

    @Test
    void plain_http_is_sent_to_https_except_for_health() {
        var redirect = edge.get("/threads/1?tab=a%20b");

        assertThat(redirect.statusCode()).isEqualTo(308);
        assertThat(redirect.headers().firstValue("Location"))
                .contains("https://127.0.0.1:" + edge.edge.tlsPort() + "/threads/1?tab=a%20b");
        assertThat(edge.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void old_versions_of_tls_are_refused() throws IOException {
        try (var socket =
                (SSLSocket)
                        trusting.getSocketFactory()
                                .createSocket(
                                        InetAddress.getLoopbackAddress(), edge.edge.tlsPort())) {
            assertThat(socket.getSupportedProtocols()).contains("TLSv1.1");
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});

            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }
}
