package ai.netra.apex.database;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.PGobject;

/**
 * The rare methods of an interface of JDBC, called by reflection: each is a call of the borrower
 * behind the fence; result sets come back guarded, and in a connection's place comes the
 * borrower's.
 */
final class RareHandle implements InvocationHandler {

    private static final Object[] NONE = new Object[0];
    private static final Pattern CHANGE = Pattern.compile("(?:set|add|cancel)\\p{Lu}");
    private static final Pattern RUNS = Pattern.compile("exec\\p{Lu}");
    private static final String DRIVER = "org.postgresql.";

    private final Loan loan;
    private final Object target;
    private final Connection connection;
    private final @Nullable Guarded guarded;

    private RareHandle(Loan loan, Object target, Connection connection, @Nullable Guarded guarded) {
        this.loan = loan;
        this.target = target;
        this.connection = connection;
        this.guarded = guarded;
    }

    /**
     * All of {@code type} on {@code target}.
     *
     * @param connection the borrower's, for methods that lead back to it
     */
    static <T> T of(Loan loan, T target, Class<T> type, Connection connection) {
        return of(loan, target, type, connection, null);
    }

    /**
     * What {@code type} has beyond the interfaces of {@code guarded}, on {@code target}; the rest
     * is answered by {@code guarded}.
     */
    static <T> T of(
            Loan loan,
            Object target,
            Class<T> type,
            Connection connection,
            @Nullable Guarded guarded) {
        return type.cast(
                Proxy.newProxyInstance(
                        RareHandle.class.getClassLoader(),
                        new Class<?>[] {type},
                        new RareHandle(loan, target, connection, guarded)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
            throws Throwable {
        @Nullable Object[] arguments = given == null ? NONE : given;
        Class<?> declaring = method.getDeclaringClass();
        if (declaring == Object.class) {
            return switch (method.getName()) {
                case "equals" -> sameObject(proxy, arguments[0]);
                case "hashCode" -> System.identityHashCode(proxy);
                default -> (guarded == null ? target.getClass() : guarded).toString();
            };
        }
        if (method.getName().equals("unwrap") && type(arguments).isInstance(proxy)) {
            return proxy;
        }
        if (guarded != null && declaring.isInstance(guarded)) {
            return plain(guarded, method, arguments);
        }
        if (guarded instanceof Connection && CHANGE.matcher(method.getName()).lookingAt()) {
            // Types, thresholds, modes: kept in the driver's object, where no look would find them.
            // And a cancellation may come late.
            loan.taint();
        }
        if (guarded instanceof Connection && RUNS.matcher(method.getName()).lookingAt()) {
            loan.suspect();
        }
        Object result =
                loan.call(
                        () -> {
                            if (guarded instanceof Connection) {
                                loan.keepToReading();
                            }
                            return plain(target, method, arguments);
                        });
        Object handed =
                result instanceof CopyManager copies
                        ? new GuardedCopy(
                                loan,
                                copies,
                                loan.physical.unwrap(BaseConnection.class),
                                connection)
                        : HandedOut.guard(loan, result, connection);
        if (guarded instanceof Connection && (leadsOn(handed) || handed instanceof GuardedCopy)) {
            // Nobody sees what is done with it, or whether it is kept.
            loan.taint();
        }
        return handed;
    }

    /** Whether it is an object of the driver that is no mere value. */
    private static boolean leadsOn(@Nullable Object handed) {
        return handed != null
                && handed.getClass().getName().startsWith(DRIVER)
                && !(handed instanceof PGobject);
    }

    private static Class<?> type(@Nullable Object[] arguments) {
        return (Class<?>) Objects.requireNonNull(arguments[0]);
    }

    @SuppressWarnings("ReferenceEquality") // a handle is equal to itself alone
    private static boolean sameObject(Object proxy, @Nullable Object other) {
        return proxy == other;
    }

    private static @Nullable Object plain(Object on, Method method, @Nullable Object[] arguments)
            throws SQLException {
        try {
            return method.invoke(on, arguments);
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
}
