package ai.netra.apex.servicekit.database;

import ai.netra.apex.database.Tier;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code apex.database.*} of a Spring Boot application. The password is a file, read for every
 * physical connection; there is no property for the password itself.
 *
 * @param name of the pool, in logs, metrics and {@code pg_stat_activity}
 * @param tier decides pool sizes, retries and how strict TLS is
 * @param hosts one or more, separated by commas, each a route
 * @param port of the hosts that name none
 * @param database the database's name
 * @param user the role
 * @param passwordFile the role's password; without it none is sent
 * @param sslMode as the driver spells it; without it the tier's own
 * @param poolMaximum the largest pool; without it the tier's ceiling
 * @param replicas how many instances share the server
 * @param userShare the part of the pool one user may hold
 * @param queueWait the longest wait for a session
 * @param statementTimeout the longest statement
 * @param transactionTimeout the longest transaction
 * @param required whether the start fails when the database cannot be reached
 */
@ConfigurationProperties("apex.database")
public record GuardedDatabaseProperties(
        @DefaultValue("database") String name,
        @DefaultValue("production") Tier tier,
        String hosts,
        @DefaultValue("5432") int port,
        String database,
        String user,
        @Nullable Path passwordFile,
        @Nullable String sslMode,
        @Nullable Integer poolMaximum,
        @DefaultValue("1") int replicas,
        @DefaultValue("0.4") double userShare,
        @DefaultValue("5s") Duration queueWait,
        @DefaultValue("30s") Duration statementTimeout,
        @DefaultValue("60s") Duration transactionTimeout,
        @DefaultValue("false") boolean required) {}
