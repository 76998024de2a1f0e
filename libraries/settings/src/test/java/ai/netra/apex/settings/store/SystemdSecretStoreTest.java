package ai.netra.apex.settings.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("INF-3")
class SystemdSecretStoreTest {
    @TempDir private Path credentials;

    @Test
    void aCredentialOfTheUnitIsReadByItsName() throws Exception {
        Path file = Files.writeString(credentials.resolve("db"), "canary-sd\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        SystemdSecretStore store = new SystemdSecretStore(credentials.toString());
        assertThat(store.read(URI.create("systemd:db"))).isEqualTo("canary-sd");
        assertThatThrownBy(() -> store.read(URI.create("systemd:none")))
                .isInstanceOf(SecretRefusedException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void aNameCannotLeaveTheDirectory() {
        SystemdSecretStore store = new SystemdSecretStore(credentials.toString());
        for (String name : new String[] {"../x", "a/b", "/etc/passwd", "..", ""}) {
            assertThatThrownBy(
                            () -> store.read(new URI("systemd", name.isEmpty() ? "." : name, null)))
                    .isInstanceOf(SecretRefusedException.class)
                    .hasMessageContaining("not a credential's name");
        }
    }
}
