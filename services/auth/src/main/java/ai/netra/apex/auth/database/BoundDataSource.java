package ai.netra.apex.auth.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.SmartDataSource;

/**
 * Hands Spring's JDBC the connection of the transaction under way, and keeps it from closing that.
 * One {@code JdbcClient} on it serves every transaction, so that a statement's named parameters are
 * parsed once. Thread-safe.
 */
final class BoundDataSource extends AbstractDataSource implements SmartDataSource {

    private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    /** Runs {@code action} with {@code connection} as the one that is handed out. */
    static <T extends @Nullable Object, X extends Throwable> T with(
            Connection connection, ScopedValue.CallableOp<? extends T, X> action) throws X {
        return ScopedValue.where(CURRENT, connection).<T, X>call(action);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!CURRENT.isBound()) {
            throw new SQLException("SQL outside of a transaction");
        }
        return CURRENT.get();
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public boolean shouldClose(Connection connection) {
        return false;
    }
}
