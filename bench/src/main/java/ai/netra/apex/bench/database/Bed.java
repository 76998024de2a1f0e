package ai.netra.apex.bench.database;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.embedded.EmbeddedPostgres;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/** A real server, and the two ways to its sessions that are compared: ours and raw HikariCP. */
final class Bed implements AutoCloseable {

    final EmbeddedPostgres server =
            EmbeddedPostgres.builder().setting("max_connections", "300").start();

    /** A manager as in production, on the local server. */
    DatabaseManager guarded(int size, AdmissionPolicy admission) {
        return guarded(
                "127.0.0.1:" + server.port(), size, admission, TimeLimits.forTier(Tier.LOCAL));
    }

    DatabaseManager guarded(String hosts, int size, AdmissionPolicy admission, TimeLimits limits) {
        return DatabaseManager.start(
                DatabaseConfig.builder("bench", Tier.LOCAL)
                        .url(
                                DatabaseUrlBuilder.forTier(Tier.LOCAL)
                                        .hosts(hosts)
                                        .database("postgres")
                                        .build())
                        .credentials(CredentialsSource.of(server.superuser(), server.password()))
                        .pool(PoolBounds.exactly(size))
                        .admission(admission)
                        .limits(limits)
                        .recordBorrower(false)
                        .build());
    }

    /** HikariCP as people set it up. */
    HikariDataSource raw(int size, long timeoutMillis) {
        return raw("127.0.0.1:" + server.port(), size, timeoutMillis);
    }

    /** HikariCP on PgBouncer in transaction mode, which keeps no prepared statement for long. */
    HikariDataSource over(PgBouncer bouncer, int size, long timeoutMillis) {
        return pool(bouncer.host(), "&prepareThreshold=0", size, timeoutMillis);
    }

    HikariDataSource raw(String hosts, int size, long timeoutMillis) {
        return pool(hosts, "", size, timeoutMillis);
    }

    private HikariDataSource pool(String hosts, String more, int size, long timeoutMillis) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://" + hosts + "/postgres?sslmode=disable" + more);
        config.setUsername(server.superuser());
        config.setPassword(server.password());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(timeoutMillis);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    @Override
    public void close() {
        server.close();
    }
}
