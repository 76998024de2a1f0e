package ai.netra.apex.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("NET-1")
class ClusterIdentityTest {

    @TempDir Path data;
    private Path file;

    @BeforeEach
    void directory() throws IOException {
        file = Files.createDirectories(data.resolve("global")).resolve("pg_control");
    }

    @Test
    void refusesWhatIsNoControlFileAndLeavesItAsItWas() throws IOException {
        byte[] noise = new byte[8192];
        java.util.Arrays.fill(noise, (byte) 7);
        Files.write(file, noise);
        assertThatThrownBy(() -> ClusterIdentity.of(data).renew())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(noise);
    }

    @Test
    void refusesAFileThatIsCutOff() throws IOException {
        Files.write(file, new byte[8]);
        assertThatThrownBy(() -> ClusterIdentity.of(data).renew())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }
}
