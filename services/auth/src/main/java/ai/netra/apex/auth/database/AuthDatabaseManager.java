package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.SessionRequest;
import org.jspecify.annotations.Nullable;

/**
 * Auth's own database, and the only way to it: transactions that are short, guarded and retried
 * where that is safe. It starts also while the database is away; calls then fail with an honest 503
 * until it is back. Thread-safe.
 */
public final class AuthDatabaseManager implements AutoCloseable {

    private final Engine engine;

    private AuthDatabaseManager(Engine engine) {
        this.engine = engine;
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
    public static AuthDatabaseManager start(StorageConfig config) {
        return new AuthDatabaseManager(
                switch (config) {
                    case StorageConfig.Postgres postgres -> PostgresEngine.start(postgres);
                    case StorageConfig.InMemory() -> SqliteEngine.start();
                });
    }

    /** Runs {@code work} in a transaction that only reads. */
    public <T extends @Nullable Object> T read(String operation, Work<T> work) {
        return engine.run(SessionRequest.read(operation), work);
    }

    /** Runs {@code work} in a transaction. */
    public <T extends @Nullable Object> T write(String operation, Work<T> work) {
        return engine.run(SessionRequest.write(operation), work);
    }

    /** Runs housekeeping in a transaction, behind everything that people wait for. */
    public <T extends @Nullable Object> T maintain(String operation, Work<T> work) {
        return engine.run(SessionRequest.maintenance(operation).priority(Priority.LOW), work);
    }

    /** How the database is, for operators. */
    public DatabaseHealth health() {
        return engine.health();
    }

    /** Has connections signed in anew, as they come free: after role or password have changed. */
    public void refreshConnections() {
        engine.refreshConnections();
    }

    /** Works within the bounds that {@code config} has, from now on; the rest of it is ignored. */
    public void adjust(StorageConfig config) {
        engine.adjust(config);
    }

    /** Asks the database something small. */
    void ping() {
        read("health", tx -> tx.sql("select 1").query(Integer.class).single());
    }

    @Override
    public void close() {
        engine.close();
    }
}
