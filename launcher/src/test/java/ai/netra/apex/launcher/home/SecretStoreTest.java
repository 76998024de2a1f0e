package ai.netra.apex.launcher.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.launcher.CliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-3")
class SecretStoreTest {

    @TempDir Path directory;
    private ApexHome home;
    private SecretStore secrets;

    @BeforeEach
    void prepare() {
        home = ApexHome.of(directory, null);
        home.prepare();
        secrets = new SecretStore(home);
    }

    @Test
    void keepsAPasswordOnceMade() {
        String first = secrets.password("backend", "database-password");
        assertThat(first).hasSizeGreaterThanOrEqualTo(32).matches("[A-Za-z0-9_-]+");
        assertThat(new SecretStore(home).password("backend", "database-password")).isEqualTo(first);
        assertThat(secrets.password("auth", "database-password")).isNotEqualTo(first);
    }

    @Test
    void letsNobodyElseReadAnySecret() throws Exception {
        secrets.password("backend", "one");
        secrets.put("backend", "two", "replaced");
        secrets.keyPair("auth", "signing-key");
        try (var files = Files.walk(home.secrets())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String expected = Files.isDirectory(file) ? "rwx------" : "rw-------";
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void makesKeyPairsThatBelongTogether() throws Exception {
        String publicPem = secrets.keyPair("auth", "signing-key");
        assertThat(secrets.keyPair("auth", "signing-key")).isEqualTo(publicPem);
        String privatePem = Files.readString(home.secrets().resolve("auth/signing-key"));
        KeyFactory factory = KeyFactory.getInstance("EC");
        PrivateKey key = factory.generatePrivate(new PKCS8EncodedKeySpec(der(privatePem)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(new byte[] {1, 2, 3});
        byte[] signed = signature.sign();
        signature.initVerify(factory.generatePublic(new X509EncodedKeySpec(der(publicPem))));
        signature.update(new byte[] {1, 2, 3});
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void saysWhyTheHomeCannotBeMade() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> ApexHome.of(directory, file.resolve("home").toString()).prepare())
                .isInstanceOf(CliException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("APEX_HOME");
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    }
}
