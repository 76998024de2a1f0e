package ai.netra.apex.database;

import java.lang.invoke.MethodHandle;
import java.sql.CallableStatement;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * The borrower's connection. Closing it ends the loan; joined to a transaction, it does not.
 * Preparing a statement sends nothing to the server: it passes the fence and is no work.
 */
abstract class GuardedConnection extends Guarded implements Connection {

    private static final MethodHandle CREATE =
            GuardWriter.complete(
                    GuardedConnection.class,
                    Connection.class,
                    "target",
                    _ -> false,
                    Loan.class,
                    boolean.class);

    private final Connection target;
    private final boolean joined;
    private Connection face = this;
    private boolean closed;
    private @Nullable Connection rare;

    GuardedConnection(Loan loan, boolean joined) {
        super(loan, loan.pooled);
        this.target = loan.pooled;
        this.joined = joined;
    }

    /**
     * @param joined whether it works inside a transaction that ends with its body
     */
    static Connection of(Loan loan, boolean joined) {
        GuardedConnection made = create(loan, joined);
        if (loan.mayUnwrap()) {
            // A cast to the driver's own interface works too, and is guarded.
            made.face = RareHandle.of(loan, loan.physical, BaseConnection.class, made, made);
        }
        return made.face;
    }

    private static GuardedConnection create(Loan loan, boolean joined) {
        try {
            return (GuardedConnection) CREATE.invokeExact(loan, joined);
        } catch (Throwable e) {
            throw GuardWriter.impossible(e);
        }
    }

    /** For what is not written here. Called by the written class. */
    final Connection rare() throws SQLException {
        requireUsable();
        if (rare == null) {
            rare = RareHandle.of(loan, target, Connection.class, face);
        }
        return rare;
    }

    private void requireUsable() throws SQLException {
        if (joined && closed) {
            throw new SQLException("this connection is closed", "08003");
        }
        passFence();
    }

    /** Makes a statement: a sign of life, and no work. */
    private <T extends Statement> T made(Loan.Call<T> call) throws SQLException {
        requireUsable();
        loan.touch();
        try {
            return Objects.requireNonNull(call.run());
        } catch (SQLException e) {
            throw loan.failed(e, loan.transaction.phase());
        }
    }

    private Statement statement(Loan.Call<Statement> call) throws SQLException {
        return GuardedStatement.of(loan, made(call), face);
    }

    private PreparedStatement prepared(String sql, Loan.Call<PreparedStatement> call)
            throws SQLException {
        return GuardedPrepared.of(loan, made(call), face, sql);
    }

    private CallableStatement callable(String sql, Loan.Call<CallableStatement> call)
            throws SQLException {
        return GuardedPrepared.callable(loan, made(call), face, sql);
    }

    @Override
    public final Statement createStatement() throws SQLException {
        return statement(target::createStatement);
    }

    @Override
    public final Statement createStatement(int type, int concurrency) throws SQLException {
        return statement(() -> target.createStatement(type, concurrency));
    }

    @Override
    public final Statement createStatement(int type, int concurrency, int holdability)
            throws SQLException {
        return statement(() -> target.createStatement(type, concurrency, holdability));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql) throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql, keys));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql, columns));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, String[] columns)
            throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql, columns));
    }

    @Override
    public final PreparedStatement prepareStatement(String sql, int type, int concurrency)
            throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql, type, concurrency));
    }

    @Override
    public final PreparedStatement prepareStatement(
            String sql, int type, int concurrency, int holdability) throws SQLException {
        return prepared(sql, () -> target.prepareStatement(sql, type, concurrency, holdability));
    }

    @Override
    public final CallableStatement prepareCall(String sql) throws SQLException {
        return callable(sql, () -> target.prepareCall(sql));
    }

    @Override
    public final CallableStatement prepareCall(String sql, int type, int concurrency)
            throws SQLException {
        return callable(sql, () -> target.prepareCall(sql, type, concurrency));
    }

    @Override
    public final CallableStatement prepareCall(
            String sql, int type, int concurrency, int holdability) throws SQLException {
        return callable(sql, () -> target.prepareCall(sql, type, concurrency, holdability));
    }

    @Override
    public final DatabaseMetaData getMetaData() throws SQLException {
        requireUsable();
        DatabaseMetaData made = Objects.requireNonNull(loan.call(target::getMetaData));
        return RareHandle.of(loan, made, DatabaseMetaData.class, face);
    }

    @Override
    public final void close() {
        closed = true;
        if (!joined) {
            loan.close();
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return closed || loan.state.over() || target.isClosed();
    }

    @Override
    public final void abort(@Nullable Executor executor) throws SQLException {
        if (executor == null) {
            throw new SQLException("abort needs an executor", "22023");
        }
        loan.taint();
        loan.close();
    }

    @Override
    public final boolean isValid(int timeoutSeconds) throws SQLException {
        return !isClosed() && Boolean.TRUE.equals(loan.call(() -> target.isValid(timeoutSeconds)));
    }

    @Override
    public final void commit() throws SQLException {
        requireUsable();
        requireOwnTransaction("commit");
        if (loan.transaction.autoCommit()) {
            throw new SQLException("cannot commit while auto-commit is on", "25P01");
        }
        loan.transaction.commit();
    }

    @Override
    public final void rollback() throws SQLException {
        requireUsable();
        requireOwnTransaction("rollback");
        if (loan.transaction.autoCommit()) {
            throw new SQLException("cannot roll back while auto-commit is on", "25P01");
        }
        loan.transaction.rollback();
    }

    @Override
    public final void rollback(Savepoint savepoint) throws SQLException {
        rare().rollback(savepoint);
    }

    @Override
    public final void setAutoCommit(boolean value) throws SQLException {
        requireUsable();
        if (value) {
            requireOwnTransaction("set auto-commit");
        }
        loan.transaction.autoCommit(value);
    }

    @Override
    public final boolean getAutoCommit() throws SQLException {
        requireUsable();
        return loan.transaction.autoCommit();
    }

    @Override
    public final void setReadOnly(boolean value) throws SQLException {
        requireUsable();
        loan.transaction.readOnly(value);
    }

    @Override
    public final void setTransactionIsolation(int level) throws SQLException {
        Connection usable = rare();
        loan.isolationIsSet();
        usable.setTransactionIsolation(level);
    }

    @Override
    public final int getTransactionIsolation() throws SQLException {
        return Objects.requireNonNull(state(Connection::getTransactionIsolation));
    }

    @Override
    public final @Nullable String getSchema() throws SQLException {
        return state(Connection::getSchema);
    }

    @Override
    public final @Nullable String getCatalog() throws SQLException {
        return state(Connection::getCatalog);
    }

    /**
     * Asks the driver: the pool answers with what was last set through JDBC, also when SQL has set
     * something else since, or the driver has ignored it.
     */
    private <T> @Nullable T state(StateQuery<T> query) throws SQLException {
        requireUsable();
        return loan.call(() -> query.of(loan.physical));
    }

    @FunctionalInterface
    private interface StateQuery<T> {
        @Nullable T of(Connection driver) throws SQLException;
    }

    @Override
    public final Savepoint setSavepoint() throws SQLException {
        begin();
        return rare().setSavepoint();
    }

    @Override
    public final Savepoint setSavepoint(String name) throws SQLException {
        begin();
        return rare().setSavepoint(name);
    }

    private void begin() throws SQLException {
        requireUsable();
        loan.<Object>execute("savepoint", () -> null);
    }

    @Override
    public final void setSchema(String schema) throws SQLException {
        loan.suspect();
        rare().setSchema(schema);
    }

    @Override
    public final void setHoldability(int holdability) throws SQLException {
        rare().setHoldability(holdability);
    }

    /** The driver keeps it for as long as the connection lives. */
    @Override
    public final void setTypeMap(@Nullable Map<String, Class<?>> map) throws SQLException {
        loan.taint();
        rare().setTypeMap(map);
    }

    @Override
    public final void setClientInfo(String name, @Nullable String value)
            throws SQLClientInfoException {
        loan.suspect();
        usableForClientInfo().setClientInfo(name, value);
    }

    @Override
    public final void setClientInfo(Properties properties) throws SQLClientInfoException {
        loan.suspect();
        usableForClientInfo().setClientInfo(properties);
    }

    private Connection usableForClientInfo() throws SQLClientInfoException {
        try {
            return rare();
        } catch (SQLException e) {
            throw new SQLClientInfoException(
                    String.valueOf(e.getMessage()),
                    e.getSQLState(),
                    Map.<String, ClientInfoStatus>of(),
                    e);
        }
    }

    private void requireOwnTransaction(String what) throws SQLException {
        if (joined || loan.bound()) {
            throw new SQLException(
                    "inside inTransaction the transaction ends with its body: do not " + what,
                    "25000");
        }
    }
}
