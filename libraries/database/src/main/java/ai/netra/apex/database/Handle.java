package ai.netra.apex.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What all JDBC objects handed to a borrower have in common: each is a proxy that passes the fence
 * of its loan before it touches the driver's object, and none leads to an unguarded one.
 */
abstract class Handle implements InvocationHandler {

    private static final Object[] NONE = new Object[0];

    final Loan loan;
    final Object target;

    Handle(Loan loan, Object target) {
        this.loan = loan;
        this.target = target;
    }

    @Override
    public final @Nullable Object invoke(
            Object proxy, Method method, @Nullable Object @Nullable [] given) throws Throwable {
        @Nullable Object[] arguments = given == null ? NONE : given;
        switch (method.getName()) {
            case "equals" -> {
                if (method.getDeclaringClass() == Object.class) {
                    return sameObject(proxy, arguments[0]);
                }
            }
            case "hashCode" -> {
                if (method.getDeclaringClass() == Object.class) {
                    return System.identityHashCode(proxy);
                }
            }
            case "toString" -> {
                if (method.getDeclaringClass() == Object.class) {
                    return "guarded " + target;
                }
            }
            case "isWrapperFor" -> {
                Class<?> type = (Class<?>) java.util.Objects.requireNonNull(arguments[0]);
                return type.isInstance(proxy)
                        || (loan.mayUnwrap() && ((java.sql.Wrapper) target).isWrapperFor(type));
            }
            case "unwrap" -> {
                return unwrap(proxy, (Class<?>) java.util.Objects.requireNonNull(arguments[0]));
            }
            default -> {
                // Everything else is the subclass's.
            }
        }
        return handle(proxy, method, arguments);
    }

    /** Does what the method says, behind the fence. */
    abstract @Nullable Object handle(Object proxy, Method method, @Nullable Object[] arguments)
            throws Throwable;

    @SuppressWarnings("ReferenceEquality") // a handle is equal to itself alone
    private static boolean sameObject(Object proxy, @Nullable Object other) {
        return proxy == other;
    }

    private Object unwrap(Object proxy, Class<?> type) throws SQLException {
        if (type.isInstance(proxy)) {
            return proxy;
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
        return ((java.sql.Wrapper) target).unwrap(type);
    }

    /** Calls the driver's object without any guard. */
    final @Nullable Object plain(Method method, @Nullable Object[] arguments) throws SQLException {
        try {
            return method.invoke(owner(method), arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException sql) {
                throw sql;
            }
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new SQLException("unexpected " + cause, cause);
        } catch (IllegalAccessException e) {
            throw new SQLException("the driver does not let itself be called", e);
        }
    }

    /** The driver's own extensions are not the pool's: they are asked of the driver. */
    private Object owner(Method method) {
        return method.getDeclaringClass().isInstance(target) ? target : loan.physical;
    }

    /** Calls the driver's object as a call of the borrower. */
    final @Nullable Object guarded(Method method, @Nullable Object[] arguments)
            throws SQLException {
        return loan.call(() -> plain(method, arguments));
    }

    /** Wraps what leads back to the driver's objects. */
    final @Nullable Object wrap(@Nullable Object result, @Nullable Statement statement) {
        if (result instanceof ResultSet rows) {
            return GuardedRows.of(loan, rows, statement);
        }
        return result;
    }
}
