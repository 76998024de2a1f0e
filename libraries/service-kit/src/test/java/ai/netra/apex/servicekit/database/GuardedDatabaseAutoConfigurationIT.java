package ai.netra.apex.servicekit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.servicekit.health.DependencyHealth;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

@Tag("COM-4")
class GuardedDatabaseAutoConfigurationIT {

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(GuardedDatabaseAutoConfiguration.class)
    static class Application {}

    private static ConfigurableApplicationContext run(Map<String, Object> properties) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(properties)
                .run();
    }

    @Test
    void anApplicationWithHostsGetsAGuardedDataSource(@TempDir Path directory) throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.startTemporary()) {
            Path password = Files.writeString(directory.resolve("password"), server.password());
            try (ConfigurableApplicationContext context =
                    run(
                            Map.of(
                                    "apex.database.hosts", "127.0.0.1",
                                    "apex.database.port", server.port(),
                                    "apex.database.database", "postgres",
                                    "apex.database.user", "postgres",
                                    "apex.database.password-file", password.toString(),
                                    "apex.database.tier", "local"))) {
                DatabaseManager manager = context.getBean(DatabaseManager.class);
                try (Connection connection = context.getBean(DataSource.class).getConnection()) {
                    assertThat(connection.isValid(1)).isTrue();
                    assertThat(manager.snapshot().inUse()).isEqualTo(1);
                }
                assertThat(context.getBean(DependencyHealth.class).check()).isEmpty();
                SimpleMeterRegistry registry = new SimpleMeterRegistry();
                context.getBean(MeterBinder.class).bindTo(registry);
                assertThat(registry.get("db.client.connection.max").gauge().value())
                        .isEqualTo(manager.snapshot().poolSize());
                assertThat(registry.get("apex.db.sessions_opened").functionCounter().count())
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void anApplicationWithoutHostsGetsNothing() {
        try (ConfigurableApplicationContext context = run(Map.of())) {
            assertThat(context.getBeansOfType(DatabaseManager.class)).isEmpty();
        }
    }

    @Test
    void aWrongPropertyEndsTheStartWithEveryReason() {
        assertThatThrownBy(
                        () ->
                                run(Map.of(
                                                "apex.database.hosts", "127.0.0.1,bad host",
                                                "apex.database.database", "d",
                                                "apex.database.user", "u",
                                                "apex.database.ssl-mode", "prefer"))
                                        .close())
                .rootCause()
                .hasMessageContaining("host:")
                .hasMessageContaining("sslmode:");
    }
}
