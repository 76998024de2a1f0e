package ai.netra.apex.servicekit.database;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.StartPolicy;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.servicekit.health.DependencyHealth;
import io.micrometer.core.instrument.binder.MeterBinder;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Gives an application with {@code apex.database.hosts} a {@link DatabaseManager} and a guarded
 * {@link DataSource} in place of Boot's own: {@code JdbcClient}, jOOQ, Flyway and Hibernate use it
 * without knowing. An application that makes its own beans of these types keeps them.
 */
@AutoConfiguration(
        beforeName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
@ConditionalOnProperty("apex.database.hosts")
@EnableConfigurationProperties(GuardedDatabaseProperties.class)
public class GuardedDatabaseAutoConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    DatabaseManager guardedDatabaseManager(GuardedDatabaseProperties properties) {
        return DatabaseManager.start(config(properties));
    }

    @Bean
    @ConditionalOnMissingBean
    DataSource guardedDataSource(DatabaseManager manager) {
        return manager.asDataSource();
    }

    @Bean
    DependencyHealth guardedDatabaseHealth(DatabaseManager manager) {
        return new GuardedDatabaseHealth(manager);
    }

    @Bean
    MeterBinder guardedDatabaseMeters(DatabaseManager manager) {
        return new GuardedDatabaseMeters(manager);
    }

    static DatabaseConfig config(GuardedDatabaseProperties properties) {
        DatabaseUrlBuilder url =
                DatabaseUrlBuilder.forTier(properties.tier())
                        .hosts(properties.hosts())
                        .port(properties.port())
                        .database(properties.database())
                        .user(properties.user());
        DatabaseUrl address =
                properties.sslMode() == null
                        ? url.build()
                        : url.sslMode(properties.sslMode()).build();
        CredentialsSource credentials =
                properties.passwordFile() == null
                        ? CredentialsSource.of(properties.user(), "")
                        : CredentialsSource.file(properties.user(), properties.passwordFile());
        PoolBounds bounds = PoolBounds.forTier(properties.tier());
        int maximum =
                properties.poolMaximum() == null ? bounds.maximum() : properties.poolMaximum();
        return DatabaseConfig.builder(properties.name(), properties.tier())
                .url(address)
                .credentials(credentials)
                .pool(new PoolBounds(bounds.minimum(), maximum, properties.replicas()))
                .admission(AdmissionPolicy.standard().withUserShare(properties.userShare()))
                .limits(
                        TimeLimits.forTier(properties.tier())
                                .withQueueWait(properties.queueWait())
                                .withStatement(properties.statementTimeout())
                                .withTransaction(properties.transactionTimeout()))
                .startPolicy(properties.required() ? StartPolicy.REQUIRED : StartPolicy.DEGRADED)
                .build();
    }
}
