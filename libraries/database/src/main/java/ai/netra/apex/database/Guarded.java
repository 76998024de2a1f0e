package ai.netra.apex.database;

import java.sql.SQLException;
import java.sql.Wrapper;

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
        loan.suspect();
        return driver.unwrap(type);
    }

    @Override
    public final String toString() {
        return "guarded " + driver;
    }
}
