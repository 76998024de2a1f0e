package ai.netra.apex.backend.storage;

import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Short sessions on the service's database. Nothing that waits for a model, a socket or Redis
 * belongs inside.
 *
 * <p>Thread-safe.
 */
public final class Database {

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    public Database(DataSource source) {
        this.jdbc = JdbcClient.create(source);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(source));
    }

    /** Statements on their own, each in a session of its own. */
    public JdbcClient jdbc() {
        return jdbc;
    }

    /**
     * Statements that commit together, in one session.
     *
     * @return what {@code work} returned, after the commit
     */
    public <T> T inTransaction(Function<JdbcClient, T> work) {
        return transaction.execute(_ -> work.apply(jdbc));
    }
}
