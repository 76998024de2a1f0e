package ai.netra.apex.backend.storage;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.SessionRequest;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Short sessions on the service's database. Nothing that waits for a model, a socket or Redis
 * belongs inside.
 *
 * <p>Thread-safe.
 */
public final class Database {

    private final DatabaseManager manager;
    private final JdbcClient jdbc;

    public Database(DatabaseManager manager) {
        this.manager = manager;
        this.jdbc = JdbcClient.create(manager.asDataSource());
    }

    /** Statements on their own, each in a session of its own. */
    public JdbcClient jdbc() {
        return jdbc;
    }

    /**
     * Statements that commit together, in one session. After a definite rollback with a passing
     * cause {@code work} is run again, so it must bring about nothing but its statements.
     *
     * @param operation a short name for people
     * @return what {@code work} returned, after the commit is certain
     */
    public <T> T inTransaction(String operation, Function<JdbcClient, T> work) {
        return manager.inTransaction(
                // Within, the data source gives the transaction's own connection.
                SessionRequest.write(operation), _ -> work.apply(jdbc));
    }
}
