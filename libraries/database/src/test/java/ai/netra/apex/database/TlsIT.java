package ai.netra.apex.database;

import static ai.netra.apex.database.SessionIT.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.testing.TcpProxy;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("INF-4")
class TlsIT {

    @TempDir private static Path directory;
    private static EmbeddedPostgres server;

    @BeforeAll
    static void startWithCertificate() throws Exception {
        certificate("server", "127.0.0.1");
        certificate("other", "127.0.0.1");
        server =
                EmbeddedPostgres.builder()
                        .setting("ssl", "on")
                        .setting("ssl_cert_file", directory.resolve("server.crt").toString())
                        .setting("ssl_key_file", directory.resolve("server.key").toString())
                        .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void certificate(String name, String address) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        Instant now = Instant.now();
        byte[] certificate =
                new JcaX509v3CertificateBuilder(
                                subject,
                                BigInteger.valueOf(now.toEpochMilli()),
                                Date.from(now.minusSeconds(3600)),
                                Date.from(now.plusSeconds(86_400)),
                                subject,
                                pair.getPublic())
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.iPAddress, address)))
                        .build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(pair.getPrivate()))
                        .getEncoded();
        pem(directory.resolve(name + ".crt"), "CERTIFICATE", certificate);
        pem(directory.resolve(name + ".key"), "PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    private static void pem(Path file, String type, byte[] der) throws Exception {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static DatabaseConfig config(int port, String host, SslMode mode, String root) {
        DatabaseUrlBuilder url =
                DatabaseUrlBuilder.forTier(Tier.TEST)
                        .hosts(host)
                        .port(port)
                        .database("postgres")
                        .sslMode(mode.parameter());
        if (root != null) {
            url.parameter("sslrootcert", directory.resolve(root).toString());
        }
        return DatabaseConfig.builder("tls", Tier.TEST)
                .url(url.build())
                .credentials(CredentialsSource.of("postgres", server.password()))
                .startPolicy(StartPolicy.REQUIRED)
                .limits(TimeLimits.forTier(Tier.TEST).withConnect(Duration.ofSeconds(3)))
                .build();
    }

    @Test
    void everyConnectionIsEncryptedAndItsServerProven() throws Exception {
        try (DatabaseManager db =
                        DatabaseManager.start(
                                config(
                                        server.port(),
                                        "127.0.0.1",
                                        SslMode.VERIFY_FULL,
                                        "server.crt"));
                Connection connection = db.asDataSource().getConnection()) {
            assertThat(
                            text(
                                    connection,
                                    "SELECT ssl AND version LIKE 'TLSv1.%' FROM pg_stat_ssl"
                                            + " WHERE pid = pg_backend_pid()"))
                    .isEqualTo("t");
        }
    }

    @Test
    @Tag("SES-4")
    void aWriterThatTheNetworkHoldsUpDoesNotHoldUpTheGuardian() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (TcpProxy proxy = TcpProxy.to(server.port());
                DatabaseManager db =
                        DatabaseManager.start(
                                config(
                                        proxy.port(),
                                        "127.0.0.1",
                                        SslMode.VERIFY_FULL,
                                        "server.crt"));
                Session leaked =
                        db.open(
                                SessionRequest.write("leaks")
                                        .idleAllowance(Duration.ofSeconds(6)));
                Session writer =
                        db.open(SessionRequest.write("writes").within(Duration.ofSeconds(1)));
                PreparedStatement statement =
                        writer.connection().prepareStatement("SELECT length(?)")) {
            statement.setBytes(1, new byte[64_000_000]);
            proxy.hold(TcpProxy.Direction.TO_SERVER);
            Thread.ofVirtual().start(() -> ended.complete(catchThrowable(statement::executeQuery)));
            try {
                await().atMost(20, TimeUnit.SECONDS).until(leaked.connection()::isClosed);
                assertThat(ended.get(20, TimeUnit.SECONDS)).isNotNull();
            } finally {
                proxy.pass();
            }
        }
    }

    @Test
    void aServerWithAStrangersCertificateIsRefused() {
        assertThatThrownBy(
                        () ->
                                DatabaseManager.start(
                                        config(
                                                server.port(),
                                                "127.0.0.1",
                                                SslMode.VERIFY_FULL,
                                                "other.crt")))
                .isInstanceOf(DatabaseUnavailableException.class);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        assertThatThrownBy(
                        () ->
                                DatabaseManager.start(
                                        config(
                                                server.port(),
                                                "localhost",
                                                SslMode.VERIFY_FULL,
                                                "server.crt")))
                .isInstanceOf(DatabaseUnavailableException.class);
    }

    @Test
    void aServerWithoutTlsIsRefusedInsteadOfTalkedToInPlaintext() {
        assertThatThrownBy(
                        () ->
                                DatabaseManager.start(
                                        DatabaseConfig.builder("plain", Tier.TEST)
                                                .url(
                                                        DatabaseUrlBuilder.forTier(Tier.TEST)
                                                                .hosts("127.0.0.1")
                                                                .port(TestServer.SERVER.port())
                                                                .database("postgres")
                                                                .sslMode("require")
                                                                .build())
                                                .credentials(
                                                        CredentialsSource.of(
                                                                "postgres",
                                                                TestServer.SERVER.password()))
                                                .startPolicy(StartPolicy.REQUIRED)
                                                .build()))
                .isInstanceOf(DatabaseUnavailableException.class);
    }

    @Test
    void aSessionWhoseServerSeesNoEncryptionIsRefusedAlthoughTheClientSeesTls() throws Exception {
        Path certificate = directory.resolve("server.crt");
        Path key = directory.resolve("server.key");
        try (StartTlsEnd between = StartTlsEnd.terminating(server.port(), certificate, key)) {
            // The certificate is right for host and root: only asking the server shows it.
            assertThatThrownBy(() -> start(between.port(), SslMode.VERIFY_FULL))
                    .isInstanceOf(DatabaseUnavailableException.class)
                    .hasMessageContaining("says that the connection is not encrypted");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void whoeverIsToldThatThereIsNoTlsSendsNothingInPlaintext(SslMode mode) throws Exception {
        try (StartTlsEnd denying = StartTlsEnd.denying()) {
            assertThatThrownBy(() -> start(denying.port(), mode))
                    .isInstanceOf(DatabaseUnavailableException.class);
            assertThat(denying.overheard()).isEmpty();
        }
    }

    private static void start(int port, SslMode mode) {
        DatabaseManager.start(config(port, "127.0.0.1", mode, "server.crt")).close();
    }

    @Test
    void everyWayToASessionOnAVerifiedRouteIsEncryptedOnTheServersWord() throws Exception {
        try (DatabaseManager db =
                DatabaseManager.start(
                        config(server.port(), "127.0.0.1", SslMode.VERIFY_FULL, "server.crt"))) {
            assertThat(db.snapshot().idle()).isPositive();
            try (Connection superuser = server.connect("postgres")) {
                // Probes too.
                assertThat(
                                text(
                                        superuser,
                                        "SELECT bool_and(ssl) AND count(*) > 2 FROM pg_stat_ssl"
                                                + " JOIN pg_stat_activity USING (pid)"
                                                + " WHERE application_name LIKE 'tls%'"))
                        .isEqualTo("t");
            }
        }
    }
}
