package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.edge.EdgeConfig.Limits;
import ai.netra.apex.edge.EdgeConfig.Tls;
import ai.netra.apex.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("NET-1")
@Tag("INF-4")
class EdgeTlsIT {
    @TempDir static Path directory;
    private static TestReplica replica;
    private static EdgeFixture edge;
    private static KeyStore store;
    private static SSLContext trusting;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        store = selfSigned("own");
        Path certificate = pem(store, directory.resolve("certificate.pem"));
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("own", store.getCertificate("own"));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trust);
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
        client = HttpClient.newBuilder().sslContext(trusting).build();
        replica = TestReplica.start("backend");
        edge =
                EdgeFixture.inFrontOf(
                        config ->
                                config.with(Limits.DEFAULTS.withBodyBytes(100_000))
                                        .with(
                                                new Tls(
                                                        0,
                                                        certificate,
                                                        key(store),
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

    @Test
    void a_key_of_another_certificate_is_refused_with_a_sentence() throws Exception {
        KeyStore other = selfSigned("other");

        assertThatThrownBy(() -> PemTls.load(directory.resolve("certificate.pem"), key(other)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("EDGE_TLS_KEY is not the key of");
        assertThatThrownBy(
                        () ->
                                PemTls.load(
                                        directory.resolve("certificate.pem"),
                                        Secret.of("-----BEGIN RSA PRIVATE KEY-----")))
                .hasMessageContaining("openssl pkcs8");
    }

    /** A certificate made by the JDK's own tool. */
    private static KeyStore selfSigned(String alias) throws Exception {
        Path file = directory.resolve(alias + ".p12");
        Process tool =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                                .toString(),
                                        "-genkeypair",
                                        "-alias",
                                        alias,
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=localhost",
                                        "-ext",
                                        "SAN=dns:localhost,ip:127.0.0.1",
                                        "-validity",
                                        "2",
                                        "-keystore",
                                        file.toString(),
                                        "-storepass",
                                        "changeit"))
                        .inheritIO()
                        .start();
        assertThat(tool.waitFor()).isZero();
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            made.load(in, "changeit".toCharArray());
        }
        return made;
    }

    private static Path pem(KeyStore store, Path file) throws Exception {
        return Files.writeString(
                file, block("CERTIFICATE", store.getCertificate("own").getEncoded()));
    }

    private static Secret key(KeyStore store) {
        try {
            String alias = store.aliases().nextElement();
            var key = (PrivateKey) store.getKey(alias, "changeit".toCharArray());
            return Secret.of(block("PRIVATE KEY", key.getEncoded()));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String name, byte[] der) {
        return "-----BEGIN "
                + name
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + name
                + "-----\n";
    }
}
