package ai.netra.apex.database;

import java.lang.invoke.MethodHandle;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** The borrower's statement. Closing it is always allowed. */
abstract class GuardedStatement extends Guarded implements Statement {

    private static final MethodHandle CREATE =
            GuardWriter.complete(
                    GuardedStatement.class,
                    Statement.class,
                    "target",
                    _ -> false,
                    Loan.class,
                    Statement.class,
                    Connection.class);

    private final Statement target;
    private final Connection connection;
    private Statement face = this;
    private @Nullable SqlText batch;
    private @Nullable Statement rare;

    /** After which time the driver cancels; 0 for never. */
    private long timeoutNanos;

    GuardedStatement(Loan loan, Statement target, Connection connection) {
        super(loan, target);
        this.target = target;
        this.connection = connection;
    }

    /**
     * @param connection the borrower's, of which it is a statement
     */
    static Statement of(Loan loan, Statement target, Connection connection) throws SQLException {
        GuardedStatement guarded = create(loan, target, connection);
        PGStatement own = guarded.driversOwn(PGStatement.class);
        return own == null ? guarded : guarded.behind(own, DriverStatement.class);
    }

    private static GuardedStatement create(Loan loan, Statement target, Connection connection) {
        try {
            return (GuardedStatement) CREATE.invokeExact(loan, target, connection);
        } catch (Throwable e) {
            throw GuardWriter.impossible(e);
        }
    }

    /** Where the driver's objects may be had, a cast to its interface works too, and is guarded. */
    interface DriverStatement extends Statement, PGStatement {}

    /**
     * What the borrower gets: it has {@code type}, more than this has, and calls this for the rest.
     *
     * @param own the driver's object, for what this has not
     */
    final <T extends Statement> T behind(Object own, Class<T> type) {
        T other = RareHandle.of(loan, own, type, connection, this);
        face = other;
        return other;
    }

    /** For what is not written here. Called by the written class. */
    Statement rare() {
        if (rare == null) {
            rare = RareHandle.of(loan, target, Statement.class, connection);
        }
        return rare;
    }

    final Connection borrowers() {
        return connection;
    }

    final @Nullable ResultSet guard(@Nullable ResultSet rows) {
        return rows == null ? null : GuardedRows.of(loan, rows, face);
    }

    final ResultSet query(@Nullable String sql, Loan.Call<ResultSet> call) throws SQLException {
        return GuardedRows.of(loan, run(sql, call), face);
    }

    /** Runs something that cannot return null. */
    final <T> T run(@Nullable String sql, Loan.Call<T> call) throws SQLException {
        return run(SqlText.of(sql), call);
    }

    private <T> T run(SqlText text, Loan.Call<T> call) throws SQLException {
        if (timeoutNanos == 0) {
            return Objects.requireNonNull(loan.execute(text, call));
        }
        long begin = System.nanoTime();
        try {
            return Objects.requireNonNull(loan.execute(text, call));
        } finally {
            if (System.nanoTime() - begin >= timeoutNanos) {
                // The driver may have cancelled, as with cancel().
                loan.taint();
            }
        }
    }

    /** What to judge a batch by. */
    SqlText batchText() {
        SqlText text = batch;
        batch = null;
        return text == null ? SqlText.UNKNOWN : text;
    }

    @Override
    public final ResultSet executeQuery(String sql) throws SQLException {
        return query(sql, () -> target.executeQuery(sql));
    }

    @Override
    public final boolean execute(String sql) throws SQLException {
        return run(sql, () -> target.execute(sql));
    }

    @Override
    public final boolean execute(String sql, int keys) throws SQLException {
        return run(sql, () -> target.execute(sql, keys));
    }

    @Override
    public final boolean execute(String sql, int[] columns) throws SQLException {
        return run(sql, () -> target.execute(sql, columns));
    }

    @Override
    public final boolean execute(String sql, String[] columns) throws SQLException {
        return run(sql, () -> target.execute(sql, columns));
    }

    @Override
    public final int executeUpdate(String sql) throws SQLException {
        return run(sql, () -> target.executeUpdate(sql));
    }

    @Override
    public final int executeUpdate(String sql, int keys) throws SQLException {
        return run(sql, () -> target.executeUpdate(sql, keys));
    }

    @Override
    public final int executeUpdate(String sql, int[] columns) throws SQLException {
        return run(sql, () -> target.executeUpdate(sql, columns));
    }

    @Override
    public final int executeUpdate(String sql, String[] columns) throws SQLException {
        return run(sql, () -> target.executeUpdate(sql, columns));
    }

    @Override
    public final long executeLargeUpdate(String sql) throws SQLException {
        return run(sql, () -> target.executeLargeUpdate(sql));
    }

    @Override
    public final long executeLargeUpdate(String sql, int keys) throws SQLException {
        return run(sql, () -> target.executeLargeUpdate(sql, keys));
    }

    @Override
    public final long executeLargeUpdate(String sql, int[] columns) throws SQLException {
        return run(sql, () -> target.executeLargeUpdate(sql, columns));
    }

    @Override
    public final long executeLargeUpdate(String sql, String[] columns) throws SQLException {
        return run(sql, () -> target.executeLargeUpdate(sql, columns));
    }

    @Override
    public final void addBatch(String sql) throws SQLException {
        SqlText text = SqlText.of(sql);
        batch = batch == null ? text : batch.and(text);
        loan.call(
                () -> {
                    target.addBatch(sql);
                    return null;
                });
    }

    @Override
    public final int[] executeBatch() throws SQLException {
        return run(batchText(), target::executeBatch);
    }

    @Override
    public final long[] executeLargeBatch() throws SQLException {
        return run(batchText(), target::executeLargeBatch);
    }

    @Override
    public final @Nullable ResultSet getResultSet() throws SQLException {
        return guard(loan.call(target::getResultSet));
    }

    @Override
    public final @Nullable ResultSet getGeneratedKeys() throws SQLException {
        return guard(loan.call(target::getGeneratedKeys));
    }

    @Override
    public final Connection getConnection() throws SQLException {
        passFence();
        return connection;
    }

    @Override
    public final void setQueryTimeout(int seconds) throws SQLException {
        rare().setQueryTimeout(seconds);
        timeoutNanos = seconds * 1_000_000_000L;
    }

    /** Its effect may come late and hit the next borrower's statement: the connection goes. */
    @Override
    public final void cancel() throws SQLException {
        loan.taint();
        target.cancel();
    }

    /** Closed while another thread runs it, the driver cancels it, as with {@link #cancel()}. */
    @Override
    public final void close() throws SQLException {
        if (!loan.state.over()) {
            if (loan.state.running() > 0) {
                loan.taint();
            }
            target.close();
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return loan.state.over() || target.isClosed();
    }
}
