package ai.netra.apex.auth.database;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.servicekit.http.ApiException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Auth's own database, and the only way to it: transactions that are short, guarded and retried
 * where that is safe. It starts also while the database is away; calls then fail with an honest 503
 * until it is back. Thread-safe.
 */
public final class AuthDatabaseManager implements AutoCloseable {

    private static final Duration SCHEMA_WAIT = Duration.ofSeconds(2);

    private final DatabaseManager manager;
    private final SchemaKeeper schema;
    private final JdbcClient jdbc;

    private AuthDatabaseManager(DatabaseManager manager, SchemaKeeper schema) {
        this.manager = manager;
        this.schema = schema;
        this.jdbc = JdbcClient.create(new BoundDataSource());
    }

    /** Work within one transaction; it may run again after a rollback. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {

        /** Does the work; a normal return commits, an exception rolls back. */
        T in(Transaction tx);
    }

    /**
     * Starts the pool and brings the schema up to date, at once or as soon as the database is
     * there.
     *
     * @throws RuntimeException when the configuration or the schema is at fault, not the network
     */
    public static AuthDatabaseManager start(DatabaseConfig config, SchemaConfig owner) {
        SchemaKeeper schema = SchemaKeeper.start(owner, SCHEMA_WAIT);
        try {
            return new AuthDatabaseManager(DatabaseManager.start(config), schema);
        } catch (RuntimeException e) {
            schema.close();
            throw e;
        }
    }

    /** Runs {@code work} in a transaction that only reads. */
    public <T extends @Nullable Object> T read(String operation, Work<T> work) {
        return run(SessionRequest.read(operation), work);
    }

    /** Runs {@code work} in a transaction. */
    public <T extends @Nullable Object> T write(String operation, Work<T> work) {
        return run(SessionRequest.write(operation), work);
    }

    /** Runs housekeeping in a transaction, behind everything that people wait for. */
    public <T extends @Nullable Object> T maintain(String operation, Work<T> work) {
        return run(SessionRequest.maintenance(operation).priority(Priority.LOW), work);
    }

    private <T extends @Nullable Object> T run(SessionRequest request, Work<T> work) {
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
    private static <T extends @Nullable Object> T unwrapped(Work<T> work, Transaction tx)
            throws SQLException {
        try {
            return work.in(tx);
        } catch (DataAccessException e) {
            if (e.getMostSpecificCause() instanceof SQLException cause) {
                cause.addSuppressed(e);
                throw cause;
            }
            throw e;
        }
    }

    private void requireSchema() {
        if (!schema.ready()) {
            throw ApiException.retryAfter(
                    ErrorCode.UNAVAILABLE,
                    "The database of accounts cannot be reached. Try again shortly.",
                    SCHEMA_WAIT);
        }
    }

    /** How the database is, for operators. */
    public DatabaseHealth health() {
        return manager.health();
    }

    /** Asks the database something small. */
    void ping() {
        read("health", tx -> tx.sql("select 1").query(Integer.class).single());
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
