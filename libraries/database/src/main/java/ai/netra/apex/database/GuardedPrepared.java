package ai.netra.apex.database;

import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** The borrower's prepared statement, and what a callable one has in common with it. */
abstract class GuardedPrepared extends GuardedStatement implements PreparedStatement {

    /** What keeps a value in memory; streams and large objects may go to the server. */
    private static final Set<String> KEEP_A_VALUE =
            Set.of(
                    "setBigDecimal",
                    "setBoolean",
                    "setByte",
                    "setBytes",
                    "setDate",
                    "setDouble",
                    "setFloat",
                    "setInt",
                    "setLong",
                    "setNull",
                    "setShort",
                    "setString",
                    "setTime",
                    "setTimestamp",
                    "clearParameters");

    private static final MethodHandle CREATE =
            GuardWriter.complete(
                    GuardedPrepared.class,
                    PreparedStatement.class,
                    "prepared",
                    GuardedPrepared::keepsValue,
                    Loan.class,
                    PreparedStatement.class,
                    Connection.class,
                    String.class);

    /** The driver's statement. Read by the written class. */
    final PreparedStatement prepared;

    private final String sql;
    private @Nullable PreparedStatement rare;

    GuardedPrepared(Loan loan, PreparedStatement target, Connection connection, String sql) {
        super(loan, target, connection);
        this.prepared = target;
        this.sql = sql;
    }

    static PreparedStatement of(
            Loan loan, PreparedStatement target, Connection connection, String sql)
            throws SQLException {
        GuardedPrepared guarded = create(loan, target, connection, sql);
        PGStatement own = guarded.driversOwn(PGStatement.class);
        return own == null ? guarded : guarded.behind(own, DriverPrepared.class);
    }

    static CallableStatement callable(
            Loan loan, CallableStatement target, Connection connection, String sql)
            throws SQLException {
        GuardedPrepared guarded = create(loan, target, connection, sql);
        PGStatement own = guarded.driversOwn(PGStatement.class);
        return own == null
                ? guarded.behind(target, CallableStatement.class)
                : guarded.behind(own, DriverCallable.class);
    }

    interface DriverPrepared extends PreparedStatement, PGStatement {}

    interface DriverCallable extends CallableStatement, PGStatement {}

    private static GuardedPrepared create(
            Loan loan, PreparedStatement target, Connection connection, String sql) {
        try {
            return (GuardedPrepared) CREATE.invokeExact(loan, target, connection, sql);
        } catch (Throwable e) {
            throw GuardWriter.impossible(e);
        }
    }

    private static boolean keepsValue(Method method) {
        return KEEP_A_VALUE.contains(method.getName());
    }

    @Override
    final PreparedStatement rare() {
        if (rare == null) {
            rare = RareHandle.of(loan, prepared, PreparedStatement.class, borrowers());
        }
        return rare;
    }

    @Override
    final SqlText batchText() {
        return SqlText.of(sql);
    }

    @Override
    public final ResultSet executeQuery() throws SQLException {
        return query(sql, prepared::executeQuery);
    }

    @Override
    public final boolean execute() throws SQLException {
        return run(sql, prepared::execute);
    }

    @Override
    public final int executeUpdate() throws SQLException {
        return run(sql, prepared::executeUpdate);
    }

    @Override
    public final long executeLargeUpdate() throws SQLException {
        return run(sql, prepared::executeLargeUpdate);
    }

    @Override
    public final void setArray(int index, @Nullable Array value) throws SQLException {
        passFence();
        prepared.setArray(index, (Array) GuardedArray.driversOwn(value));
    }

    @Override
    public final void setObject(int index, @Nullable Object value) throws SQLException {
        if (mayGoToServer(value)) {
            rare().setObject(index, value);
        } else {
            passFence();
            prepared.setObject(index, GuardedArray.driversOwn(value));
        }
    }

    @Override
    public final void setObject(int index, @Nullable Object value, int type) throws SQLException {
        if (mayGoToServer(value)) {
            rare().setObject(index, value, type);
        } else {
            passFence();
            prepared.setObject(index, GuardedArray.driversOwn(value), type);
        }
    }

    private static boolean mayGoToServer(@Nullable Object value) {
        return value instanceof Blob
                || value instanceof Clob
                || value instanceof InputStream
                || value instanceof Reader;
    }
}
