package ai.netra.apex.database;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The borrower's result sets, behind {@link GuardedRows} for what that does not do itself. Moving
 * may ask the server for more rows and counts as work; reading a column touches memory and passes
 * the fence only.
 */
final class RowsHandle extends Handle {

    private final @Nullable Statement statement;

    private RowsHandle(Loan loan, ResultSet target, @Nullable Statement statement) {
        super(loan, target);
        this.statement = statement;
    }

    static ResultSet of(Loan loan, ResultSet target, @Nullable Statement statement) {
        return (ResultSet)
                Proxy.newProxyInstance(
                        RowsHandle.class.getClassLoader(),
                        new Class<?>[] {ResultSet.class},
                        new RowsHandle(loan, target, statement));
    }

    @Override
    @Nullable Object handle(Object proxy, Method method, @Nullable Object[] arguments)
            throws SQLException {
        String name = method.getName();
        if (name.equals("close")) {
            return loan.state.over() ? null : plain(method, arguments);
        }
        if (name.equals("isClosed")) {
            return loan.state.over() || Boolean.TRUE.equals(plain(method, arguments));
        }
        if (name.equals("getStatement")) {
            loan.requireOpen();
            return statement;
        }
        if ((arguments.length > 0 && name.startsWith("get")) || name.equals("wasNull")) {
            loan.requireOpen();
            return plain(method, arguments);
        }
        return guarded(method, arguments);
    }
}
