package ai.netra.apex.database;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The borrower's result set. Moving may ask the server for more rows and counts as work, unless all
 * rows are there already; reading a column touches memory and passes the fence only.
 */
abstract class GuardedRows extends Guarded implements ResultSet {

    private static final MethodHandle CREATE =
            GuardWriter.complete(
                    GuardedRows.class,
                    ResultSet.class,
                    "target",
                    GuardedRows::readsColumn,
                    Loan.class,
                    ResultSet.class,
                    Statement.class);

    /** The driver's result set. Read by the written class. */
    final ResultSet target;

    private final @Nullable Statement statement;
    private @Nullable ResultSet rare;
    private boolean sizeChanged;

    GuardedRows(Loan loan, ResultSet target, @Nullable Statement statement) {
        super(loan, target);
        this.target = target;
        this.statement = statement;
    }

    /**
     * @param statement whose rows they are; null for those of no statement
     */
    static ResultSet of(Loan loan, ResultSet target, @Nullable Statement statement) {
        try {
            return (GuardedRows) CREATE.invokeExact(loan, target, statement);
        } catch (Throwable e) {
            throw GuardWriter.impossible(e);
        }
    }

    private static boolean readsColumn(Method method) {
        return method.getName().equals("wasNull")
                || (method.getName().startsWith("get") && method.getParameterCount() > 0);
    }

    /** For what is not written here. Called by the written class. */
    final ResultSet rare() {
        if (rare == null) {
            rare = RareHandle.of(loan, target, ResultSet.class, loan.connection());
        }
        return rare;
    }

    @Override
    public final boolean next() throws SQLException {
        passFence();
        if (target.getFetchSize() == 0 && !sizeChanged) {
            // The driver has fetched all rows; moving on is a sign of life all the same.
            loan.touch();
            return target.next();
        }
        return Boolean.TRUE.equals(loan.call(target::next));
    }

    private @Nullable Object guard(@Nullable Object value) {
        return HandedOut.guard(loan, value, loan.connection());
    }

    /** What was asked for as {@code type}, unless it leads on: then something guarded. */
    @SuppressWarnings("ReferenceEquality") // a value comes back as it is
    private <T> @Nullable T guard(@Nullable T value, Class<T> type) {
        Object guarded = guard(value);
        return guarded == value ? value : type.cast(guarded);
    }

    @Override
    public final @Nullable Object getObject(int column) throws SQLException {
        passFence();
        return guard(target.getObject(column));
    }

    @Override
    public final @Nullable Object getObject(String column) throws SQLException {
        passFence();
        return guard(target.getObject(column));
    }

    @Override
    public final @Nullable Object getObject(int column, Map<String, Class<?>> map)
            throws SQLException {
        passFence();
        return guard(target.getObject(column, map));
    }

    @Override
    public final @Nullable Object getObject(String column, Map<String, Class<?>> map)
            throws SQLException {
        passFence();
        return guard(target.getObject(column, map));
    }

    @Override
    public final <T> @Nullable T getObject(int column, Class<T> type) throws SQLException {
        passFence();
        return guard(target.getObject(column, type), type);
    }

    @Override
    public final <T> @Nullable T getObject(String column, Class<T> type) throws SQLException {
        passFence();
        return guard(target.getObject(column, type), type);
    }

    @Override
    public final @Nullable Array getArray(int column) throws SQLException {
        passFence();
        return guard(target.getArray(column), Array.class);
    }

    @Override
    public final @Nullable Array getArray(String column) throws SQLException {
        passFence();
        return guard(target.getArray(column), Array.class);
    }

    @Override
    public final @Nullable Blob getBlob(int column) throws SQLException {
        passFence();
        return guard(target.getBlob(column), Blob.class);
    }

    @Override
    public final @Nullable Blob getBlob(String column) throws SQLException {
        passFence();
        return guard(target.getBlob(column), Blob.class);
    }

    @Override
    public final @Nullable Clob getClob(int column) throws SQLException {
        passFence();
        return guard(target.getClob(column), Clob.class);
    }

    @Override
    public final @Nullable Clob getClob(String column) throws SQLException {
        passFence();
        return guard(target.getClob(column), Clob.class);
    }

    @Override
    public final void setFetchSize(int rows) throws SQLException {
        // It says no longer whether there is more to fetch.
        sizeChanged = true;
        rare().setFetchSize(rows);
    }

    @Override
    public final void close() throws SQLException {
        if (!loan.state.over()) {
            target.close();
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return loan.state.over() || target.isClosed();
    }

    @Override
    public final @Nullable Statement getStatement() throws SQLException {
        passFence();
        return statement;
    }
}
