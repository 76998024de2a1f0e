package ai.netra.apex.database;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * The borrower's {@link Connection}. Closing it ends the loan; joined to a transaction, it does
 * not.
 */
final class ConnectionHandle extends Handle {

    private static final Class<?>[] PLAIN = {Connection.class};

    /** Where unwrapping is allowed, a cast to the driver's interface works too, and is guarded. */
    private static final Class<?>[] WITH_EXTENSIONS = {Connection.class, BaseConnection.class};

    private final boolean joined;
    private boolean closed;

    private ConnectionHandle(Loan loan, boolean joined) {
        super(loan, loan.pooled);
        this.joined = joined;
    }

    static Connection of(Loan loan, boolean joined) {
        return (Connection)
                Proxy.newProxyInstance(
                        ConnectionHandle.class.getClassLoader(),
                        loan.mayUnwrap() ? WITH_EXTENSIONS : PLAIN,
                        new ConnectionHandle(loan, joined));
    }

    @Override
    @Nullable Object handle(Object proxy, Method method, @Nullable Object[] arguments)
            throws Throwable {
        String name = method.getName();
        if (joined && closed && !name.equals("close") && !name.equals("isClosed")) {
            throw new SQLException("this connection is closed", "08003");
        }
        return switch (name) {
            case "close" -> close();
            case "isClosed" -> closed || loan.state.over();
            case "abort" -> abort();
            case "isValid" -> !loan.state.over() && Boolean.TRUE.equals(guarded(method, arguments));
            case "commit" -> commit();
            case "rollback" -> rollback(method, arguments);
            case "setAutoCommit" -> autoCommit(Boolean.TRUE.equals(arguments[0]));
            case "getAutoCommit" -> {
                loan.requireOpen();
                yield loan.transaction.autoCommit();
            }
            case "setReadOnly" -> {
                loan.transaction.readOnly(Boolean.TRUE.equals(arguments[0]));
                yield null;
            }
            case "createStatement" -> statement((Connection) proxy, null, method, arguments);
            case "prepareStatement", "prepareCall" ->
                    statement((Connection) proxy, (String) arguments[0], method, arguments);
            case "getMetaData" -> metaData((Connection) proxy, method, arguments);
            case "setSchema", "setClientInfo", "setHoldability" -> {
                loan.suspect();
                yield guarded(method, arguments);
            }
            case "setSavepoint" -> {
                loan.<Object>execute("savepoint", () -> null);
                yield guarded(method, arguments);
            }
            default -> guarded(method, arguments);
        };
    }

    private @Nullable Object close() {
        closed = true;
        if (!joined) {
            loan.close();
        }
        return null;
    }

    private @Nullable Object abort() {
        loan.taint();
        loan.close();
        return null;
    }

    private @Nullable Object commit() throws SQLException {
        requireOwnTransaction("commit");
        if (loan.transaction.autoCommit()) {
            throw new SQLException("cannot commit while auto-commit is on", "25P01");
        }
        loan.transaction.commit();
        return null;
    }

    private @Nullable Object rollback(Method method, @Nullable Object[] arguments)
            throws SQLException {
        if (arguments.length == 1) {
            return loan.call(
                    () -> {
                        loan.pooled.rollback((Savepoint) arguments[0]);
                        return null;
                    });
        }
        requireOwnTransaction(method.getName());
        if (loan.transaction.autoCommit()) {
            throw new SQLException("cannot roll back while auto-commit is on", "25P01");
        }
        loan.transaction.rollback();
        return null;
    }

    private @Nullable Object autoCommit(boolean value) throws SQLException {
        if (value) {
            requireOwnTransaction("set auto-commit");
        }
        loan.requireOpen();
        loan.transaction.autoCommit(value);
        return null;
    }

    private void requireOwnTransaction(String what) throws SQLException {
        if (joined) {
            throw new SQLException(
                    "inside inTransaction the transaction ends with its body: do not " + what,
                    "25000");
        }
    }

    private Statement statement(
            Connection proxy, @Nullable String sql, Method method, @Nullable Object[] arguments)
            throws SQLException {
        Statement made = (Statement) Objects.requireNonNull(guarded(method, arguments));
        return StatementHandle.of(loan, proxy, made, sql);
    }

    private Object metaData(Connection proxy, Method method, @Nullable Object[] arguments)
            throws SQLException {
        Object made = Objects.requireNonNull(guarded(method, arguments));
        return Proxy.newProxyInstance(
                ConnectionHandle.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                new Handle(loan, made) {
                    @Override
                    @Nullable Object handle(Object self, Method asked, @Nullable Object[] given)
                            throws SQLException {
                        return asked.getName().equals("getConnection")
                                ? proxy
                                : wrap(guarded(asked, given), null);
                    }
                });
    }
}
