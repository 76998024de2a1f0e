package ai.netra.apex.database;

import java.sql.SQLException;
import java.sql.Wrapper;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/**
 * What all JDBC objects handed to a borrower have in common: each passes the fence of its loan
 * before it touches the driver's object, and none leads to an unguarded one.
 *
 * <p>A subclass says by hand what its interface's interesting and its frequent methods do. The rest
 * is added by {@link GuardWriter}, which hands it to a {@link RareHandle}.
 */
abstract class Guarded implements Wrapper {

    final Loan loan;
    private final Wrapper driver;

    Guarded(Loan loan, Wrapper driver) {
        this.loan = loan;
        this.driver = driver;
    }

    /** For what touches memory only: passes the fence and is no work. Called by written classes. */
    final void passFence() throws SQLException {
        loan.requireOpen();
    }

    @Override
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || (loan.mayUnwrap() && driver.isWrapperFor(type));
    }

    @Override
    public final <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        loan.requireOpen();
        if (!loan.mayUnwrap()) {
            throw new SQLException(
                    "unwrapping to "
                            + type.getName()
                            + " would leave every guard; allow it with allowUnwrap",
                    "0A000");
        }
        // Nobody sees what is done with it, or whether it is kept: it ends with the session.
        loan.taint();
        return driver.unwrap(type);
    }

    /**
     * The driver's own object of {@code type}, a class or interface of the driver; null where it
     * may not be had.
     */
    final <T> @Nullable T driversOwn(Class<T> type) throws SQLException {
        return loan.mayUnwrap() && driver.isWrapperFor(type) ? driver.unwrap(type) : null;
    }

    /**
     * The driver's text shows statements with their values, which would end up in logs: where the
     * driver's objects may not be had, it is not to be had either.
     */
    @Override
    public final String toString() {
        try {
            PGStatement statement = driversOwn(PGStatement.class);
            if (statement != null) {
                return statement.toString();
            }
        } catch (SQLException _) {
            // Closed meanwhile: it has no text any more.
        }
        return getClass().getSuperclass().getSimpleName()
                + '@'
                + Integer.toHexString(System.identityHashCode(this));
    }
}
