package ai.netra.apex.backend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CFG-2")
class BackendSettingsTest {

    @Test
    void theDefaultsOfALocalMachineAreEnoughButForThePassword() {
        BackendConfig config = load(Map.of());
        assertThat(config.http().port()).isEqualTo(8000);
        assertThat(config.message().maxCharacters()).isEqualTo(32_000);
        assertThat(config.run().lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.thread().undoWindow()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.schema().jdbcUrl()).contains("127.0.0.1:15432/apex");
        assertThat(config.redis().url()).isEqualTo("redis://127.0.0.1:16379");
        assertThat(config.account().clientKey()).isNull();
    }

    @Test
    void everyValueGivenIsTheOneUsed() {
        BackendConfig config =
                load(
                        Map.of(
                                "BACKEND_PORT", "8010",
                                "BACKEND_MESSAGE_MAX_CHARACTERS", "500",
                                "BACKEND_RUNS_PER_USER", "7",
                                "BACKEND_RUN_LEASE", "3s",
                                "BACKEND_THREAD_UNDO", "1h",
                                "BACKEND_SOCKET_FRAMES_PER_SECOND", "4",
                                "BACKEND_REDIS_URL", "redis://10.0.0.1:7000"));
        assertThat(config.http().port()).isEqualTo(8010);
        assertThat(config.message().maxCharacters()).isEqualTo(500);
        assertThat(config.run().maxOpenPerUser()).isEqualTo(7);
        assertThat(config.run().lease()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.thread().undoWindow()).isEqualTo(Duration.ofHours(1));
        assertThat(config.socket().framesPerSecond()).isEqualTo(4);
        assertThat(config.redis().url()).isEqualTo("redis://10.0.0.1:7000");
    }

    @Test
    void aHeartbeatThatIsNotShorterThanTheLeaseIsRefused() {
        assertThatThrownBy(
                        () ->
                                load(
                                        Map.of(
                                                "BACKEND_RUN_LEASE", "2s",
                                                "BACKEND_RUN_HEARTBEAT", "2s")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("BACKEND_RUN_HEARTBEAT");
    }

    @Test
    void inProductionLoopbackAndAMissingKeyAreRefused() {
        assertThatThrownBy(() -> load(Map.of("APEX_TIER", "production")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("BACKEND_AUTH_PRIVATE_KEY")
                .hasMessageContaining("BACKEND_REDIS_URL");
    }

    private static BackendConfig load(Map<String, String> given) {
        var all = new HashMap<String, String>();
        all.put("APEX_TIER", "local");
        all.put("BACKEND_DATABASE_PASSWORD", "only-a-test");
        all.putAll(given);
        return BackendBinding.live(
                        UnifiedConfigManager.load(
                                BackendSettings.SETTINGS, ConfigSources.ofEnvironment(all)))
                .get();
    }
}
