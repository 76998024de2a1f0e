package ai.netra.apex.database;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The borrower's statements of all three kinds. Closing one is always allowed. */
final class StatementHandle extends Handle {

    private final Connection connection;
    private final @Nullable String sql;
    private @Nullable String batch;

    private StatementHandle(
            Loan loan, Connection connection, Statement target, @Nullable String sql) {
        super(loan, target);
        this.connection = connection;
        this.sql = sql;
    }

    static Statement of(Loan loan, Connection connection, Statement target, @Nullable String sql) {
        Class<?> type =
                target instanceof CallableStatement
                        ? CallableStatement.class
                        : target instanceof PreparedStatement
                                ? PreparedStatement.class
                                : Statement.class;
        return (Statement)
                Proxy.newProxyInstance(
                        StatementHandle.class.getClassLoader(),
                        new Class<?>[] {type},
                        new StatementHandle(loan, connection, target, sql));
    }

    @Override
    @Nullable Object handle(Object proxy, Method method, @Nullable Object[] arguments)
            throws SQLException {
        Statement self = (Statement) proxy;
        return switch (method.getName()) {
            case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
                String text = arguments.length > 0 ? (String) arguments[0] : sql;
                yield wrap(loan.execute(text, () -> plain(method, arguments)), self);
            }
            case "executeBatch", "executeLargeBatch" -> {
                String text = sql != null ? sql : batch;
                batch = null;
                yield loan.execute(text, () -> plain(method, arguments));
            }
            case "addBatch" -> {
                if (arguments.length > 0 && arguments[0] instanceof String text) {
                    batch = batch == null || Residue.suspicious(text) ? text : batch;
                }
                yield guarded(method, arguments);
            }
            case "close" -> loan.state.over() ? null : plain(method, arguments);
            case "isClosed" -> loan.state.over() || Boolean.TRUE.equals(plain(method, arguments));
            case "cancel" -> {
                // Its effect may come late and hit the next borrower's statement.
                loan.taint();
                yield plain(method, arguments);
            }
            case "getConnection" -> {
                loan.requireOpen();
                yield connection;
            }
            case "getResultSet", "getGeneratedKeys" -> wrap(guarded(method, arguments), self);
            default -> guarded(method, arguments);
        };
    }
}
