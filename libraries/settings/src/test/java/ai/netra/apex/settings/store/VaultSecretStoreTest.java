package ai.netra.apex.settings.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-3")
class VaultSecretStoreTest {
    private static final URI REFERENCE = URI.create("vault:secret/apex/demo#password");

    @TempDir private Path directory;
    private VaultServer server;
    private Path token;

    @BeforeEach
    void start() throws IOException {
        server = VaultServer.start();
        server.put("/v1/secret/data/apex/demo", Map.of("password", "canary-v1"));
        token = ownFile("token", VaultServer.TOKEN + "\n");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Path ownFile(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private VaultSecretStore store(@Nullable String role, @Nullable String namespace) {
        return new VaultSecretStore(
                new VaultAccess(server.address(), token, role, namespace, null));
    }

    @Test
    void theNewestVersionOfAFieldIsRead() throws Exception {
        assertThat(store(null, null).read(REFERENCE)).isEqualTo("canary-v1");
        server.put("/v1/secret/data/apex/demo", Map.of("password", "canary-v2", "other", "x"));
        assertThat(store(null, null).read(REFERENCE)).isEqualTo("canary-v2");
    }

    @Test
    void anOlderVersionCanBePinned() throws Exception {
        server.put("/v1/secret/data/apex/demo", Map.of("password", "canary-v2"));
        assertThat(store(null, null).read(URI.create("vault:secret/apex/demo?version=1#password")))
                .isEqualTo("canary-v1");
    }

    @Test
    void aServiceAccountSignsInByItsRole() throws Exception {
        token = ownFile("jwt", "eyJ.canary.jwt");
        assertThat(store("demo", null).read(REFERENCE)).isEqualTo("canary-v1");
        refused(store("stranger", null), REFERENCE, "refused signing in");
    }

    @Test
    void theNamespaceIsSent() throws Exception {
        server.namespace = "team-a";
        assertThat(store(null, "team-a").read(REFERENCE)).isEqualTo("canary-v1");
        refused(store(null, null), REFERENCE, "refused reading the secret (403)");
    }

    @Test
    void aPassingFaultIsTriedAgain() throws Exception {
        server.failuresToCome.set(2);
        assertThat(store(null, null).read(REFERENCE)).isEqualTo("canary-v1");
        assertThat(server.requests).hasValue(3);
    }

    @Test
    void everyRefusalSaysWhatIsWrongAndNoSecret() throws Exception {
        refused(store(null, null), URI.create("vault:secret/none#password"), "does not exist");
        refused(
                store(null, null),
                URI.create("vault:secret/apex/demo#none"),
                "no text in its field");
        server.sealed = true;
        refused(store(null, null), REFERENCE, "sealed");
        server.sealed = false;
        server.rawAnswer = "<html>canary</html>";
        refused(store(null, null), REFERENCE, "cannot be understood");
        server.rawAnswer = "{\"data\":{\"data\":null}}";
        refused(store(null, null), REFERENCE, "no current version");
        server.rawAnswer = "{\"data\":{\"data\":{\"password\":7}}}";
        refused(store(null, null), REFERENCE, "no text in its field");
        server.rawAnswer = "\"" + "canary".repeat(200_000) + "\"";
        refused(store(null, null), REFERENCE, "cannot be understood");
        ownFile("token", "hvs.wrong");
        server.rawAnswer = "";
        refused(store(null, null), REFERENCE, "refused reading the secret (403)");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        refused(store(null, null), REFERENCE, "open to others");
        ownFile("token", VaultServer.TOKEN);
        server.close();
        refused(store(null, null), REFERENCE, "does not answer");
    }

    @Test
    void anAnswerThatBeginsAndNeverEndsIsGivenUp() {
        server.silentBody = true;
        var store =
                new VaultSecretStore(
                        new VaultAccess(server.address(), token, null, null, null),
                        Duration.ofMillis(200));
        long from = System.nanoTime();
        refused(store, REFERENCE, "does not answer");
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(10));
        assertThat(server.requests).hasValue(3);
    }

    @Test
    void tlsIsVerifiedAgainstTheGivenAuthorities() throws Exception {
        Path store = directory.resolve("vault.p12");
        Path pem = directory.resolve("vault.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "v",
                "-keyalg",
                "EC",
                "-dname",
                "CN=vault",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "v",
                "-file",
                pem.toString(),
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit");
        try (VaultServer tls = VaultServer.startTls(context(store))) {
            tls.put("/v1/secret/data/apex/demo", Map.of("password", "canary-tls"));
            assertThat(
                            new VaultSecretStore(
                                            new VaultAccess(tls.address(), token, null, null, pem))
                                    .read(REFERENCE))
                    .isEqualTo("canary-tls");
            refused(
                    new VaultSecretStore(new VaultAccess(tls.address(), token, null, null, null)),
                    REFERENCE,
                    "does not answer");
        }
    }

    private static void keytool(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static SSLContext context(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void refused(SecretStore store, URI reference, String reason) {
        assertThatThrownBy(() -> store.read(reference))
                .isInstanceOfSatisfying(
                        SecretRefusedException.class,
                        refusal -> {
                            assertThat(refusal.reason()).contains(reason).doesNotContain("canary");
                            assertThat(refusal.suggestion()).isNotBlank();
                        });
    }
}
