package ai.netra.apex.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.tls.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The certificate is replaced while the edge works, and only by one that is good. */
@Tag("INF-2")
@Tag("CFG-7")
class EdgeCertificateIT {
    private static final TestCertificate AUTHORITY = TestCertificate.selfSigned("Authority");
    private static final TestCertificate OLD =
            AUTHORITY.issue(TestCertificate.Wish.of("localhost"));
    private static final TestCertificate NEXT =
            AUTHORITY.issue(TestCertificate.Wish.of("localhost"));
    private static final SSLContext CLIENT = TestCertificate.trusting(AUTHORITY);

    @TempDir static Path directory;
    private static TestReplica replica;
    private static EdgeProcess edge;

    @BeforeAll
    static void start() throws Exception {
        replica = TestReplica.start("backend");
        edge = EdgeProcess.start(directory, replica, OLD);
    }

    @AfterAll
    static void stop() {
        edge.close();
        replica.close();
    }

    /** A connection that stays open, and the certificate it was shown. */
    private static final class Client implements AutoCloseable {
        private final SSLSocket socket;
        private final BufferedReader in;

        Client() throws IOException {
            socket =
                    (SSLSocket)
                            CLIENT.getSocketFactory()
                                    .createSocket(InetAddress.getLoopbackAddress(), edge.tlsPort);
            socket.setSoTimeout(60_000);
            socket.startHandshake();
            in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        X509Certificate shown() throws IOException {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }

        /** Asks, and returns the status line of the answer. */
        String ask() throws IOException {
            socket.getOutputStream()
                    .write(
                            "HEAD /api/who HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String status = in.readLine();
            for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
                line = in.readLine();
            }
            return status;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static X509Certificate shown() throws IOException {
        try (var client = new Client()) {
            assertThat(client.ask()).isEqualTo("HTTP/1.1 200 OK");
            return client.shown();
        }
    }

    private static void put(TestCertificate one) {
        edge.certificate(one.chainPem());
        edge.secret("tls-key", one.keyPem());
    }

    @Test
    void a_new_certificate_is_shown_to_new_connections_and_the_open_ones_go_on() throws Exception {
        try (var open = new Client()) {
            assertThat(open.shown()).isEqualTo(OLD.certificate());
            assertThat(open.ask()).isEqualTo("HTTP/1.1 200 OK");

            // Nobody tells it: it looks by itself.
            put(NEXT);
            await().until(() -> shown().equals(NEXT.certificate()));

            assertThat(open.ask()).as("the open connection").isEqualTo("HTTP/1.1 200 OK");
            assertThat(edge.metrics()).contains("edge_tls_certificate_end_seconds");
            assertThat(edge.output()).doesNotContain(NEXT.keyPem().lines().toList().get(1));
        } finally {
            put(OLD);
            edge.take();
        }
        assertThat(shown()).isEqualTo(OLD.certificate());
    }

    @Test
    void one_that_comes_before_its_key_is_shown_once_the_key_is_there() throws Exception {
        edge.certificate(NEXT.chainPem());
        assertThat(edge.reload().statusCode()).isEqualTo(422);
        assertThat(shown()).isEqualTo(OLD.certificate());

        edge.secret("tls-key", NEXT.keyPem());
        await().until(() -> shown().equals(NEXT.certificate()));

        put(OLD);
        edge.take();
    }

    static Stream<Arguments> bad() {
        TestCertificate expired =
                AUTHORITY.issue(
                        TestCertificate.Wish.of("localhost")
                                .between(Duration.ofDays(-9), Duration.ofHours(-1)));
        TestCertificate early =
                AUTHORITY.issue(
                        TestCertificate.Wish.of("localhost")
                                .between(Duration.ofHours(1), Duration.ofDays(9)));
        TestCertificate forClients =
                AUTHORITY.issue(TestCertificate.Wish.of("localhost").onlyForClients());
        TestCertificate nameless =
                AUTHORITY.issue(TestCertificate.Wish.of("localhost").withHosts());
        TestCertificate stranger = TestCertificate.selfSigned("Authority");
        return Stream.of(
                Arguments.of("expired", expired.chainPem(), expired, "be valid now"),
                Arguments.of("not yet valid", early.chainPem(), early, "be valid now"),
                Arguments.of("of clients", forClients.chainPem(), forClients, "be for servers"),
                Arguments.of("without names", nameless.chainPem(), nameless, "name the hosts"),
                Arguments.of("of another key", NEXT.chainPem(), stranger, "is not the key of"),
                Arguments.of("no certificate", "nonsense", NEXT, "certificates in PEM"),
                Arguments.of("empty", "", NEXT, "certificates in PEM"),
                Arguments.of(
                        "of another issuer than the one that follows",
                        TestCertificate.pem(NEXT.certificate())
                                + TestCertificate.pem(stranger.certificate()),
                        NEXT,
                        "be a chain"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void a_bad_one_is_refused_with_the_reason_and_the_last_good_one_stays(
            String what, String chain, TestCertificate keys, String reason) throws Exception {
        edge.certificate(chain);
        edge.secret("tls-key", keys.keyPem());
        HttpResponse<String> answer = edge.reload();

        assertThat(answer.statusCode()).as(what).isEqualTo(422);
        assertThat(answer.body())
                .contains(reason)
                .doesNotContain(keys.keyPem().lines().toList().get(1));
        assertThat(shown()).isEqualTo(OLD.certificate());

        put(OLD);
        edge.take();
    }

    @Test
    void one_for_other_hosts_than_named_is_refused() throws Exception {
        edge.set("EDGE_TLS_NAMES", "localhost");
        edge.take();
        TestCertificate elsewhere =
                AUTHORITY.issue(
                        TestCertificate.Wish.of("elsewhere").withHosts("elsewhere.example"));
        put(elsewhere);
        HttpResponse<String> answer = edge.reload();

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("is not for localhost, which EDGE_TLS_NAMES names");
        assertThat(shown()).isEqualTo(OLD.certificate());

        put(OLD);
        edge.unset("EDGE_TLS_NAMES");
        edge.take();
    }

    @Test
    void https_cannot_come_or_go_without_a_restart() {
        edge.unset("EDGE_TLS_CERTIFICATE");
        edge.secret("tls-key", "");
        assertThat(edge.reload().statusCode()).isEqualTo(422);
        edge.set("EDGE_TLS_CERTIFICATE", directory.resolve("certificate.pem").toString());
        put(OLD);
        edge.take();
    }
}
