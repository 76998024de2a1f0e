package ai.netra.apex.auth.database;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.servicekit.http.ApiException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Guarded sessions on PostgreSQL. Thread-safe. */
final class PostgresEngine implements Engine {

    private static final Duration SCHEMA_WAIT = Duration.ofSeconds(2);

    private final DatabaseManager manager;
    private final SchemaKeeper schema;
    private final JdbcClient jdbc = JdbcClient.create(new BoundDataSource());

    private PostgresEngine(DatabaseManager manager, SchemaKeeper schema) {
        this.manager = manager;
        this.schema = schema;
    }

    static PostgresEngine start(StorageConfig.Postgres config) {
        DatabaseManager manager = DatabaseManager.start(config.database());
        try {
            var environment = new EnvironmentCheck(manager, config.schema().mark());
            return new PostgresEngine(
                    manager, SchemaKeeper.start(config.schema(), environment, SCHEMA_WAIT));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    @Override
    public <T extends @Nullable Object> T run(
            SessionRequest request, AuthDatabaseManager.Work<T> work) {
        requireSchema();
        var last = new LastRun();
        T result =
                manager.inTransaction(
                        request,
                        session -> {
                            var tx = new Transaction(jdbc, Dialect.POSTGRESQL);
                            last.transaction = tx;
                            return BoundDataSource.with(
                                    session.connection(), () -> unwrapped(work, tx));
                        });
        if (last.transaction != null) {
            last.transaction.committed();
        }
        return result;
    }

    /** The manager decides by the driver's exception whether to run the work again. */
    private static <T extends @Nullable Object> T unwrapped(
            AuthDatabaseManager.Work<T> work, Transaction tx) throws SQLException {
        try {
            return work.in(tx);
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void requireSchema() {
        if (!schema.ready()) {
            throw ApiException.retryAfter(
                    ErrorCode.UNAVAILABLE,
                    "The database of accounts cannot be used right now. Try again shortly.",
                    SCHEMA_WAIT);
        }
    }

    @Override
    public DatabaseHealth health() {
        return manager.health();
    }

    @Override
    public void refreshConnections() {
        manager.refreshConnections();
    }

    @Override
    public void adjust(StorageConfig config) {
        if (config instanceof StorageConfig.Postgres postgres) {
            DatabaseConfig next = postgres.database();
            manager.adjust(next.pool(), next.limits(), next.admission());
        }
    }

    @Override
    public void close() {
        schema.close();
        manager.close();
    }

    /** The last of perhaps several runs of the work. */
    private static final class LastRun {
        private @Nullable Transaction transaction;
    }
}
