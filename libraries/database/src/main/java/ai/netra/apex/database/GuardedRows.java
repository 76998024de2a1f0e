package ai.netra.apex.database;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The borrower's result set on its short way: columns are read hundreds of times for one statement,
 * and each reading through a reflective proxy costs more than the driver's own. The class of the
 * instances is written by {@link GuardedRowsWriter}; it reads columns behind the fence without
 * reflection, and hands everything that is rare to a {@link RowsHandle}.
 */
abstract class GuardedRows implements ResultSet {

    /** The driver's result set. Read by the written class. */
    final ResultSet target;

    /** The same rows behind a reflective proxy, for what is rare. Read by the written class. */
    final ResultSet proxy;

    private final Loan loan;

    GuardedRows(Loan loan, ResultSet target, ResultSet proxy) {
        this.loan = loan;
        this.target = target;
        this.proxy = proxy;
    }

    static ResultSet of(Loan loan, ResultSet target, @Nullable Statement statement) {
        return GuardedRowsWriter.newRows(loan, target, RowsHandle.of(loan, target, statement));
    }

    /** Reading a column touches memory only: it passes the fence and is no work. */
    final void passFence() throws SQLException {
        loan.requireOpen();
    }

    @Override
    public final boolean next() throws SQLException {
        return Boolean.TRUE.equals(loan.call(target::next));
    }

    @Override
    public final String toString() {
        return proxy.toString();
    }
}
