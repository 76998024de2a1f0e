package ai.netra.apex.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("CFG-1")
@Tag("CFG-2")
@Tag("STA-1")
class UnifiedConfigManagerTest {
    private static final Setting<Integer> PORT =
            Setting.integer("DEMO_PORT").between(1, 65_535).defaultsTo(8000);
    private static final Setting<URI> REDIS =
            Setting.url("DEMO_REDIS_URL")
                    .defaultsTo(Tier.LOCAL, URI.create("redis://127.0.0.1:16379"))
                    .notLoopbackWhenDeployed()
                    .encryptedWhenDeployed();
    private static final Setting<Secret> PASSWORD =
            Setting.secret("DEMO_PASSWORD").reloadableAtRuntime().optionalIn(Tier.LOCAL);
    private static final Setting<Duration> REQUEST =
            Setting.duration("DEMO_REQUEST_TIMEOUT")
                    .defaultsTo(Duration.ofMinutes(10))
                    .reloadableAtRuntime();
    private static final Setting<Duration> STATEMENT =
            Setting.duration("DEMO_STATEMENT_TIMEOUT")
                    .defaultsTo(Duration.ofSeconds(30))
                    .renamedFrom("DEMO_QUERY_TIMEOUT");
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_")
                    .with(PORT, REDIS, PASSWORD, REQUEST, STATEMENT)
                    .where(Rule.shorter(STATEMENT, REQUEST))
                    .retired("DEMO_WORKERS", "Take it out: threads are virtual.");

    @TempDir private Path directory;

    @Test
    void defaultsOfTheTierHoldWhereNothingIsSet() {
        AppConfig config = load(Map.of());
        assertThat(config.tier()).isEqualTo(Tier.LOCAL);
        assertThat(config.get(PORT)).isEqualTo(8000);
        assertThat(config.get(REDIS)).isEqualTo(URI.create("redis://127.0.0.1:16379"));
        assertThat(config.find(PASSWORD)).isEmpty();
        assertThat(config.origin(PORT).toString()).isEqualTo("default of tier local");
    }

    @Test
    void laterSourcesWinAndEachValueKnowsItsOrigin() throws Exception {
        Path file = directory.resolve("demo.conf");
        Files.writeString(
                file,
                """
                # A comment.
                DEMO_PORT=8100
                DEMO_REQUEST_TIMEOUT=2m
                DEMO_STATEMENT_TIMEOUT="20s"
                """);
        ConfigSources sources =
                ConfigSources.ofEnvironment(
                                Map.of(
                                        "APEX_TIER",
                                        "local",
                                        "DEMO_REQUEST_TIMEOUT",
                                        "3m",
                                        "X",
                                        "y"))
                        .withConfigFile(file)
                        .withCommandLine("DEMO_PORT", "8300");
        AppConfig config = UnifiedConfigManager.load(SETTINGS, sources).current();
        assertThat(config.get(PORT)).isEqualTo(8300);
        assertThat(config.origin(PORT).toString()).isEqualTo("command line");
        assertThat(config.get(REQUEST)).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.origin(REQUEST).toString()).isEqualTo("environment");
        assertThat(config.get(STATEMENT)).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.origin(STATEMENT).toString()).isEqualTo("file " + file + " line 4");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        List<ConfigProblem> problems =
                UnifiedConfigManager.check(
                        SETTINGS,
                        ConfigSources.ofEnvironment(
                                Map.of(
                                        "APEX_TIER", "production",
                                        "DEMO_PORT", "99999",
                                        "DEMO_REDIS_URL", "redis://localhost:6379",
                                        "DEMO_PASWORD", "x",
                                        "DEMO_WORKERS", "4",
                                        "DEMO_QUERY_TIMEOUT", "30s",
                                        "DEMO_STATEMENT_TIMEOUT", "700s")));
        assertThat(problems)
                .extracting(ConfigProblem::key)
                .containsExactlyInAnyOrder(
                        "DEMO_PORT",
                        "DEMO_REDIS_URL",
                        "DEMO_REDIS_URL",
                        "DEMO_PASWORD",
                        "DEMO_PASSWORD",
                        "DEMO_WORKERS",
                        "DEMO_QUERY_TIMEOUT",
                        "DEMO_STATEMENT_TIMEOUT");
        assertThat(problems)
                .filteredOn(problem -> problem.key().equals("DEMO_PASWORD"))
                .first()
                .extracting(ConfigProblem::suggestion)
                .isEqualTo("Did you mean DEMO_PASSWORD?");
    }

    @Test
    @Tag("INF-3")
    void secretsComeFromFilesThatOnlyTheirOwnerCanRead() throws Exception {
        Path secrets =
                Files.createDirectory(
                        directory.resolve("secrets"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Path file = Files.writeString(secrets.resolve("password"), "canary-b7Qw-19x\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Map<String, String> environment = new HashMap<>();
        environment.put("APEX_TIER", "production");
        environment.put("DEMO_REDIS_URL", "rediss://redis.internal:6379");
        environment.put("DEMO_SECRETS_DIR", secrets.toString());
        ConfigSources sources = ConfigSources.ofEnvironment(environment);
        assertThat(UnifiedConfigManager.check(SETTINGS, sources))
                .singleElement()
                .satisfies(
                        problem -> {
                            assertThat(problem.key()).isEqualTo("DEMO_PASSWORD");
                            assertThat(problem.suggestion()).contains("chmod 0600");
                        });
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        AppConfig config = UnifiedConfigManager.load(SETTINGS, sources).current();
        assertThat(config.get(PASSWORD).reveal()).isEqualTo("canary-b7Qw-19x");
        assertThat(config.toString()).doesNotContain("canary");
    }

    @Test
    void anUndeclaredSettingCannotBeRead() {
        Setting<String> stranger = Setting.string("DEMO_STRANGER");
        AppConfig config = load(Map.of());
        assertThatThrownBy(() -> config.get(stranger)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("CFG-7")
    void aBadReloadLeavesTheOldConfigurationWhole() throws Exception {
        Path file = directory.resolve("demo.conf");
        Files.writeString(file, "DEMO_REQUEST_TIMEOUT=2m\n");
        UnifiedConfigManager manager =
                UnifiedConfigManager.load(
                        SETTINGS,
                        ConfigSources.ofEnvironment(Map.of("APEX_TIER", "local"))
                                .withConfigFile(file));
        Files.writeString(file, "DEMO_REQUEST_TIMEOUT=5m\nDEMO_STATEMENT_TIMEOUT=6m\n");
        assertThat(manager.reload()).isNotEmpty();
        assertThat(manager.current().get(REQUEST)).isEqualTo(Duration.ofMinutes(2));
        Files.writeString(file, "DEMO_REQUEST_TIMEOUT=5m\n");
        assertThat(manager.reload()).isEmpty();
        assertThat(manager.current().get(REQUEST)).isEqualTo(Duration.ofMinutes(5));
    }

    private static AppConfig load(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("APEX_TIER", "local");
        return UnifiedConfigManager.load(SETTINGS, ConfigSources.ofEnvironment(all)).current();
    }
}
