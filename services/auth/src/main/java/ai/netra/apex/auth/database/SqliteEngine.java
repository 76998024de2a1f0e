package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.SessionRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The fast-test mode: SQLite in the memory of this process. One connection, one transaction at a
 * time, and an address that is a constant: there is no way from here to any other database.
 * Thread-safe.
 */
final class SqliteEngine implements Engine {

    private static final String MEMORY = "jdbc:sqlite::memory:";
    private static final String SCHEMA = "/db/sqlite/schema.sql";

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Connection connection;
    private final JdbcClient jdbc = JdbcClient.create(new BoundDataSource());

    private SqliteEngine(Connection connection) {
        this.connection = connection;
    }

    static SqliteEngine start() {
        try {
            Connection connection = DriverManager.getConnection(MEMORY);
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma foreign_keys = on");
                for (String sql : schema().split(";\\s*\n", -1)) {
                    if (!sql.isBlank()) {
                        statement.execute(sql);
                    }
                }
            }
            connection.setAutoCommit(false);
            return new SqliteEngine(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("SQLite in memory cannot be used", e);
        }
    }

    private static String schema() {
        try (InputStream in = SqliteEngine.class.getResourceAsStream(SCHEMA)) {
            if (in == null) {
                throw new IllegalStateException(SCHEMA + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T run(
            SessionRequest request, AuthDatabaseManager.Work<T> work) {
        lock.lock();
        try {
            var tx = new Transaction(jdbc, Dialect.SQLITE);
            T result = committed(work, tx);
            tx.committed();
            return result;
        } catch (SQLException e) {
            throw new IllegalStateException("SQLite in memory failed", e);
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> T committed(
            AuthDatabaseManager.Work<T> work, Transaction tx) throws SQLException {
        boolean done = false;
        try {
            T result = BoundDataSource.with(connection, () -> work.in(tx));
            connection.commit();
            done = true;
            return result;
        } finally {
            if (!done) {
                connection.rollback();
            }
        }
    }

    @Override
    public DatabaseHealth health() {
        return new DatabaseHealth(
                DatabaseHealth.Status.UP, "fast-test mode: nothing is kept", List.of());
    }

    @Override
    public void refreshConnections() {
        // Nobody signs in to the memory of the process.
    }

    @Override
    public void adjust(StorageConfig config) {
        // There is one connection, and it has no limits.
    }

    @Override
    public void close() {
        lock.lock();
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("SQLite in memory cannot be closed", e);
        } finally {
            lock.unlock();
        }
    }
}
