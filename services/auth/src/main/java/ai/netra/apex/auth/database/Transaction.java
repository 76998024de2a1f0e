package ai.netra.apex.auth.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One database transaction under way: plain SQL in it, and what is to happen once it is committed.
 * Confined to the call that it is handed to.
 */
public final class Transaction {

    private final JdbcClient jdbc;
    private final Dialect dialect;
    private final List<Runnable> afterCommit = new ArrayList<>();

    Transaction(JdbcClient jdbc, Dialect dialect) {
        this.jdbc = jdbc;
        this.dialect = dialect;
    }

    /** A statement of this transaction. */
    public JdbcClient.StatementSpec sql(String sql) {
        return jdbc.sql(sql);
    }

    /** A time as a parameter's value. */
    public Object time(Instant time) {
        return dialect.write(time);
    }

    /** The time in {@code column}, or null where the column is null. */
    public @Nullable Instant timeOrNull(ResultSet row, String column) throws SQLException {
        return dialect.read(row, column);
    }

    /** The time in {@code column}, which is never null. */
    public Instant time(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(dialect.read(row, column), column);
    }

    /** The id in {@code column}, which is never null. */
    public UUID id(ResultSet row, String column) throws SQLException {
        return UUID.fromString(row.getString(column));
    }

    /** Runs {@code action} after the commit, and not at all without one. */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void committed() {
        afterCommit.forEach(Runnable::run);
    }
}
