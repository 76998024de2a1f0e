package ai.netra.apex.database;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The borrower's array. It may have to ask the server of its elements' type, or for its rows. */
final class GuardedArray implements Array {

    private final Loan loan;
    private final Array target;

    GuardedArray(Loan loan, Array target) {
        this.loan = loan;
        this.target = target;
    }

    /** The driver's own where it is one of these: it is sent as the driver keeps it. */
    static @Nullable Object driversOwn(@Nullable Object value) {
        return value instanceof GuardedArray guarded ? guarded.target : value;
    }

    private ResultSet rows(Loan.Call<ResultSet> call) throws SQLException {
        return GuardedRows.of(loan, Objects.requireNonNull(loan.call(call)), null);
    }

    @Override
    public @Nullable String getBaseTypeName() throws SQLException {
        return loan.call(target::getBaseTypeName);
    }

    @Override
    public int getBaseType() throws SQLException {
        return Objects.requireNonNull(loan.call(target::getBaseType));
    }

    @Override
    public @Nullable Object getArray() throws SQLException {
        return loan.call(target::getArray);
    }

    @Override
    public @Nullable Object getArray(Map<String, Class<?>> map) throws SQLException {
        return loan.call(() -> target.getArray(map));
    }

    @Override
    public @Nullable Object getArray(long index, int count) throws SQLException {
        return loan.call(() -> target.getArray(index, count));
    }

    @Override
    public @Nullable Object getArray(long index, int count, Map<String, Class<?>> map)
            throws SQLException {
        return loan.call(() -> target.getArray(index, count, map));
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        return rows(target::getResultSet);
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        return rows(() -> target.getResultSet(map));
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        return rows(() -> target.getResultSet(index, count));
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map)
            throws SQLException {
        return rows(() -> target.getResultSet(index, count, map));
    }

    @Override
    public void free() throws SQLException {
        target.free();
    }

    /** The array as PostgreSQL writes it: the driver sends arrays of others so. */
    @Override
    public String toString() {
        return target.toString();
    }
}
