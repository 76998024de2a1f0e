package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.auth.database.StorageConfig;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class AuthEnvironmentTest {

    private static final Map<String, String> LOCAL =
            Map.of(
                    "APEX_TIER", "local",
                    "AUTH_DATABASE_PASSWORD", "service-4711-abcdef",
                    "AUTH_DATABASE_OWNER_PASSWORD", "owner-4711-abcdef");

    private static final Map<String, String> NEIGHBOURS =
            Map.ofEntries(
                    Map.entry("BACKEND_DATABASE_HOSTS", "db.backend.internal:6000"),
                    Map.entry("BACKEND_DATABASE_NAME", "apex"),
                    Map.entry("BACKEND_DATABASE_USER", "backend"),
                    Map.entry("BACKEND_DATABASE_SSLMODE", "require"),
                    Map.entry("BACKEND_PORT", "1"),
                    Map.entry("EDGE_PORT", "2"),
                    Map.entry("DATABASE_URL", "postgresql://db.elsewhere/other"),
                    Map.entry("PGHOST", "db.elsewhere"),
                    Map.entry("PGUSER", "other"),
                    Map.entry("PGSSLMODE", "require"),
                    Map.entry("SERVER_PORT", "3"),
                    Map.entry("SPRING_DATASOURCE_URL", "jdbc:postgresql://db.elsewhere/other"));

    private static UnifiedConfigManager load(Map<String, String> environment) {
        return UnifiedConfigManager.load(
                AuthEnvironment.SETTINGS, ConfigSources.ofEnvironment(environment));
    }

    private static Map<String, String> with(Map<String, String> more) {
        var all = new HashMap<>(LOCAL);
        all.putAll(more);
        return all;
    }

    private static String url(UnifiedConfigManager config) {
        var storage = (StorageConfig.Postgres) AuthConfig.of(config).storage();
        return storage.database().url().format(DatabaseUrl.Format.JDBC);
    }

    @Test
    @Tag("AUT-1")
    void nothingOfAnotherServiceReachesIt() {
        UnifiedConfigManager alone = load(LOCAL);
        UnifiedConfigManager among = load(with(NEIGHBOURS));
        assertThat(among.current().fingerprint()).isEqualTo(alone.current().fingerprint());
        assertThat(AuthConfig.of(among).http()).isEqualTo(AuthConfig.of(alone).http());
        assertThat(AuthConfig.of(among).sessions()).isEqualTo(AuthConfig.of(alone).sessions());
        assertThat(AuthConfig.of(among).requests()).isEqualTo(AuthConfig.of(alone).requests());
    }

    @Test
    @Tag("AUT-1")
    void whatChangesInTheEnvironmentLaterChangesNothing() {
        var environment = new HashMap<>(LOCAL);
        UnifiedConfigManager config = load(environment);
        String before = config.current().fingerprint();
        environment.put("AUTH_PORT", "1234");
        environment.put("AUTH_DATABASE_NAME", "other");
        assertThat(config.current().fingerprint()).isEqualTo(before);
        assertThat(AuthConfig.of(config).http().port()).isEqualTo(8001);
    }

    @Test
    @Tag("AUT-2")
    void itsDatabaseAddressIsItsOwn() {
        assertThat(url(load(with(NEIGHBOURS))))
                .isEqualTo(url(load(LOCAL)))
                .startsWith("jdbc:postgresql://127.0.0.1:15433/apex_auth");
        assertThat(url(load(with(Map.of("AUTH_DATABASE_HOSTS", "127.0.0.1:7000")))))
                .startsWith("jdbc:postgresql://127.0.0.1:7000/apex_auth");
    }

    @Test
    @Tag("AUT-7")
    void defaultsAreThoseThatTheDocumentationNames() {
        AuthConfig config = AuthConfig.of(load(LOCAL));
        assertThat(config.http().address()).isEqualTo("127.0.0.1");
        assertThat(config.http().port()).isEqualTo(8001);
        assertThat(config.http().managementPort()).isEqualTo(9001);
        assertThat(config.tokens().accessLife()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.tokens().serviceLife()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.sessions().absoluteLife()).isEqualTo(Duration.ofDays(30));
        assertThat(config.sessions().grace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.passwords().memoryKib()).isEqualTo(19 * 1024);
        assertThat(config.passwords().iterations()).isEqualTo(2);
        assertThat(config.guard().lockAfter()).isEqualTo(10);
        assertThat(config.accounts().firstIsAdmin()).isTrue();
        assertThat(config.requests().secure()).isFalse();
    }

    @Test
    @Tag("AUT-7")
    void productionNeedsKeysTlsAndARealDatabase() {
        assertThatThrownBy(() -> load(Map.of("APEX_TIER", "production")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("AUTH_SIGNING_KEY")
                .hasMessageContaining("AUTH_BACKEND_PUBLIC_KEY")
                .hasMessageContaining("AUTH_ISSUER")
                .hasMessageContaining("AUTH_DATABASE_PASSWORD");
        assertThatThrownBy(
                        () ->
                                load(
                                        Map.of(
                                                "APEX_TIER",
                                                "production",
                                                "AUTH_ISSUER",
                                                "http://apex.example.org")))
                .hasMessageContaining("https");
    }

    @Test
    @Tag("AUT-7")
    void hashingCannotBeWeakened() {
        assertThatThrownBy(() -> load(with(Map.of("AUTH_PASSWORD_MEMORY_KIB", "1024"))))
                .hasMessageContaining("AUTH_PASSWORD_MEMORY_KIB");
        assertThatThrownBy(() -> load(with(Map.of("AUTH_PASSWORD_ITERATIONS", "1"))))
                .hasMessageContaining("AUTH_PASSWORD_ITERATIONS");
    }
}
