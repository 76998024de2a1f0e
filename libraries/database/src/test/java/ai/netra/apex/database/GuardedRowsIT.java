package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Result sets as borrowers have them: all of JDBC's methods, each behind the fence. */
class GuardedRowsIT {

    private static final String SQL =
            """
            SELECT 7::int, 'seven'::text, 7.5::numeric, true, timestamptz '2026-01-02 03:04:05Z',
                   '01a205d5-5a0b-7037-b644-f9832368a9a6'::uuid, '\\x0708'::bytea, null::bigint
            """;
    private static final int COLUMNS = 8;

    /** What may be asked of rows whose session is over. */
    private static final Set<String> HARMLESS =
            Set.of("close", "isClosed", "unwrap", "isWrapperFor");

    private DatabaseManager db;

    @BeforeEach
    void start() {
        db = DatabaseManager.start(TestServer.config("rows").pool(PoolBounds.exactly(2)).build());
    }

    @AfterEach
    void close() {
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    @Test
    @Tag("SES-6")
    void columnsReadAsTheyDoFromTheDriver() throws Exception {
        try (Connection raw = TestServer.raw();
                Connection guarded = db.asDataSource().getConnection();
                ResultSet expected = first(raw);
                ResultSet actual = first(guarded)) {
            int compared = 0;
            for (Method method : ResultSet.class.getMethods()) {
                if (!method.getName().startsWith("get")
                        || !Arrays.equals(method.getParameterTypes(), new Class<?>[] {int.class})) {
                    continue;
                }
                for (int column = 1; column <= COLUMNS; column++) {
                    assertThat(outcome(method, actual, column))
                            .as("%s of column %d", method, column)
                            .isEqualTo(outcome(method, expected, column));
                    assertThat(actual.wasNull()).isEqualTo(expected.wasNull());
                    compared++;
                }
            }
            assertThat(compared).isGreaterThan(20 * COLUMNS);
            assertThat(actual.next()).isFalse();
            assertThat(actual.isAfterLast()).isTrue();
        }
    }

    @Test
    @Tag("SES-4")
    void nothingCanBeHadOfThemOnceTheSessionIsOver() throws Exception {
        ResultSet rows;
        try (Connection guarded = db.asDataSource().getConnection()) {
            rows = first(guarded);
        }
        List<String> leaks = new ArrayList<>();
        for (Method method : ResultSet.class.getMethods()) {
            if (HARMLESS.contains(method.getName())) {
                continue;
            }
            @Nullable Object[] arguments =
                    Arrays.stream(method.getParameterTypes())
                            .map(GuardedRowsIT::anyValue)
                            .toArray();
            try {
                Object result = method.invoke(rows, arguments);
                leaks.add(method + " gave " + result);
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof SessionEndedException)) {
                    leaks.add(method + " threw " + e.getCause());
                }
            }
        }
        assertThat(leaks).isEmpty();
        assertThat(rows.isClosed()).isTrue();
    }

    private static ResultSet first(Connection connection) throws SQLException {
        ResultSet rows = connection.createStatement().executeQuery(SQL);
        assertThat(rows.next()).isTrue();
        return rows;
    }

    /** The value, or the kind of object or error where instances cannot be compared. */
    private static Object outcome(Method method, ResultSet rows, int column) throws Exception {
        try {
            Object value = method.invoke(rows, column);
            if (value instanceof byte[] bytes) {
                return Arrays.toString(bytes);
            }
            if (value instanceof Array || value instanceof Blob || value instanceof Clob) {
                // Ours, with the driver's behind.
                return method.getReturnType();
            }
            boolean comparable = value instanceof Comparable<?> || value instanceof Boolean;
            return value == null ? "null" : comparable ? value : value.getClass();
        } catch (InvocationTargetException e) {
            return e.getCause().getClass() + " " + e.getCause().getMessage();
        }
    }

    private static @Nullable Object anyValue(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == byte.class) {
            return (byte) 1;
        }
        if (type == short.class) {
            return (short) 1;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == float.class) {
            return 1f;
        }
        return type == double.class ? (Object) 1d : null;
    }
}
