package ai.netra.apex.database.config;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseSettingsTest {
    private static final DatabaseSettings DATABASE = DatabaseSettings.of("DEMO_", 15_432, "demo");
    private static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_").and(DATABASE::declare);

    @TempDir private Path secrets;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void aValidProduction() throws Exception {
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        password("first-9Kq2!pW7");
        environment.put("APEX_TIER", "production");
        environment.put("DEMO_DATABASE_HOSTS", "db1.internal,db2.internal:5433");
        environment.put("DEMO_SECRETS_DIR", secrets.toString());
    }

    private void password(String value) throws Exception {
        Path file = Files.writeString(secrets.resolve("database-password"), value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    @Tag("CFG-3")
    @Tag("STA-2")
    void theAddressIsBuiltFromValidatedSettings() {
        DatabaseConfig config = DATABASE.bind("demo", load());
        assertThat(config.url().format(DatabaseUrl.Format.JDBC))
                .startsWith("jdbc:postgresql://db1.internal:5432,db2.internal:5433/demo")
                .contains("sslmode=verify-full")
                .doesNotContain("first-9Kq2");
        assertThat(config.limits().statement()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.limits().connect()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.pool().maximum()).isEqualTo(20);
    }

    @Test
    @Tag("CFG-3")
    @Tag("CFG-2")
    void whatCannotBeAnAddressIsReportedWithTheOtherProblemsAndItsKey() {
        environment.put("DEMO_DATABASE_HOSTS", "localhost");
        environment.put("DEMO_DATABASE_SSLMODE", "require");
        environment.put("DEMO_DATABASE_NAME", "n".repeat(64));
        environment.put("DEMO_DATABASE_TRANSACTION_TIMEOUT", "20s");
        assertThat(problems())
                .extracting(ConfigProblem::key)
                .containsExactly(
                        "DEMO_DATABASE_HOSTS",
                        "DEMO_DATABASE_NAME",
                        "DEMO_DATABASE_SSLMODE",
                        "DEMO_DATABASE_STATEMENT_TIMEOUT");
    }

    @Test
    @Tag("INF-3")
    void aRotatedPasswordIsUsedForTheNextConnectionWithoutARestart() throws Exception {
        UnifiedConfigManager manager = load();
        DatabaseConfig config = DATABASE.bind("demo", manager);
        password("second-3Xv8!mZ4");
        assertThat(manager.reload()).isEmpty();
        assertThat(config.credentials().current().password())
                .isEqualTo("second-3Xv8!mZ4".toCharArray());
    }

    private UnifiedConfigManager load() {
        return UnifiedConfigManager.load(SETTINGS, ConfigSources.ofEnvironment(environment));
    }

    private List<ConfigProblem> problems() {
        return UnifiedConfigManager.check(SETTINGS, ConfigSources.ofEnvironment(environment));
    }
}
