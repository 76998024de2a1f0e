package ai.netra.apex.database;

import java.lang.invoke.MethodHandle;
import java.sql.Connection;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;

/** The borrower's description of columns. What the answer did not bring is asked of the server. */
abstract class GuardedColumns extends Guarded implements ResultSetMetaData, PGResultSetMetaData {

    private static final Set<String> BROUGHT =
            Set.of("getColumnCount", "getColumnLabel", "getColumnName");

    private static final MethodHandle CREATE =
            GuardWriter.complete(
                    GuardedColumns.class,
                    ResultSetMetaData.class,
                    "target",
                    method -> BROUGHT.contains(method.getName()),
                    Loan.class,
                    ResultSetMetaData.class,
                    Connection.class);

    /** The driver's. Read by the written class. */
    final ResultSetMetaData target;

    private final Connection connection;
    private @Nullable ResultSetMetaData rare;

    GuardedColumns(Loan loan, ResultSetMetaData target, Connection connection) {
        super(loan, target);
        this.target = target;
        this.connection = connection;
    }

    static ResultSetMetaData of(Loan loan, ResultSetMetaData target, Connection connection) {
        try {
            return (GuardedColumns) CREATE.invokeExact(loan, target, connection);
        } catch (Throwable e) {
            throw GuardWriter.impossible(e);
        }
    }

    /** For what is not written here. Called by the written class. */
    final ResultSetMetaData rare() {
        if (rare == null) {
            rare = RareHandle.of(loan, target, ResultSetMetaData.class, connection);
        }
        return rare;
    }

    @Override
    public final String getBaseColumnName(int column) throws SQLException {
        return drivers(columns -> columns.getBaseColumnName(column));
    }

    @Override
    public final String getBaseTableName(int column) throws SQLException {
        return drivers(columns -> columns.getBaseTableName(column));
    }

    @Override
    public final String getBaseSchemaName(int column) throws SQLException {
        return drivers(columns -> columns.getBaseSchemaName(column));
    }

    @Override
    public final int getFormat(int column) throws SQLException {
        return drivers(columns -> columns.getFormat(column));
    }

    /** What the driver says beyond JDBC. */
    private <T> T drivers(Question<T> question) throws SQLException {
        return Objects.requireNonNull(
                loan.call(() -> question.ask(target.unwrap(PGResultSetMetaData.class))));
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(PGResultSetMetaData columns) throws SQLException;
    }
}
