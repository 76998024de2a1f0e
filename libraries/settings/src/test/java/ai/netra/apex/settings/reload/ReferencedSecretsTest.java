package ai.netra.apex.settings.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.settings.store.VaultServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that a setting names a place for are followed there. */
@Tag("CFG-7")
@Tag("INF-3")
class ReferencedSecretsTest {
    private static final Setting<Secret> KEY = Setting.secret("DEMO_KEY").reloadableAtRuntime();
    private static final ServiceSettings SETTINGS = ServiceSettings.of("demo", "DEMO_").with(KEY);
    private static final String FIRST = "canary-first-Kq82vXz";
    private static final String SECOND = "canary-second-Pw91mTr";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path directory;
    private final Map<String, String> environment =
            new HashMap<>(Map.of("APEX_TIER", "production"));

    @Test
    void aFileThatAReferenceNamesIsWatched() throws Exception {
        Path file = write("elsewhere", FIRST, 1);
        environment.put("DEMO_KEY_FROM", "file:" + file);
        followsAFile(file);
    }

    @Test
    void aCredentialOfSystemdIsWatched() throws Exception {
        environment.put("CREDENTIALS_DIRECTORY", directory.toString());
        Path file = write("demo-key", FIRST, 1);
        environment.put("DEMO_KEY_FROM", "systemd:demo-key");
        followsAFile(file);
    }

    private void followsAFile(Path file) throws Exception {
        UnifiedConfigManager manager = load();
        ReloadMachine machine = new ReloadMachine(manager);
        assertThat(machine.look(NOW)).isEmpty();
        write(file.getFileName().toString(), SECOND, 2);
        // Once seen, it is taken when it has been left alone until the next look.
        assertThat(machine.look(NOW)).isEmpty();
        assertThat(machine.look(NOW).orElseThrow().kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
        assertThat(manager.current().get(KEY).reveal()).isEqualTo(SECOND);
    }

    @Test
    void aSecretInVaultIsReadAgainFromTimeToTimeAndKeptWhileVaultIsSealed() throws Exception {
        try (VaultServer vault = VaultServer.start()) {
            vault.put("/v1/secret/data/demo", Map.of("key", FIRST));
            environment.put("DEMO_KEY_FROM", "vault:secret/demo#key");
            environment.put("DEMO_VAULT_ADDRESS", vault.address().toString());
            environment.put(
                    "DEMO_VAULT_TOKEN_FILE", write("token", VaultServer.TOKEN, 1).toString());
            environment.put("DEMO_VAULT_REFRESH", "30s");
            UnifiedConfigManager manager = load();
            assertThat(manager.rereadEvery()).contains(Duration.ofSeconds(30));
            ReloadMachine machine = new ReloadMachine(manager);
            assertThat(machine.look(NOW)).isEmpty();
            vault.put("/v1/secret/data/demo", Map.of("key", SECOND));
            assertThat(machine.look(NOW.plusSeconds(29))).isEmpty();
            ConfigEvent event = machine.look(NOW.plusSeconds(30)).orElseThrow();
            assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.APPLIED);
            assertThat(event.trigger()).isEqualTo("secret store");
            assertThat(manager.current().get(KEY).reveal()).isEqualTo(SECOND);

            vault.sealed = true;
            assertThat(machine.look(NOW.plusSeconds(60)).orElseThrow().kind())
                    .isEqualTo(ConfigEvent.Kind.REFUSED);
            assertThat(machine.state()).isEqualTo(ConfigState.CONFIG_ERROR);
            assertThat(manager.current().get(KEY).reveal()).isEqualTo(SECOND);
            vault.sealed = false;
            assertThat(machine.look(NOW.plusSeconds(62)).orElseThrow().trigger())
                    .isEqualTo("retry 1");
            assertThat(machine.state()).isEqualTo(ConfigState.VALID);
        }
    }

    private UnifiedConfigManager load() {
        return UnifiedConfigManager.load(SETTINGS, ConfigSources.ofEnvironment(environment));
    }

    /** With a time of its own, as two writes can fall into one tick. */
    private Path write(String name, String text, int second) throws Exception {
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + second)));
        return file;
    }
}
