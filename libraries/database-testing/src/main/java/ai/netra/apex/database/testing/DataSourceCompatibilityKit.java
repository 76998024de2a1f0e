package ai.netra.apex.database.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What any application may expect of a pooled {@link DataSource} on PostgreSQL, as tests: extend it
 * and say which data source. Passes on HikariCP and on guarded sessions alike.
 */
public abstract class DataSourceCompatibilityKit {

    /** The data source under test; the same one for a whole class. */
    protected abstract DataSource dataSource();

    @BeforeEach
    void emptyTable() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS kit");
            statement.execute("CREATE TABLE kit (id serial PRIMARY KEY, name text NOT NULL)");
        }
    }

    @Test
    void autoCommitIsOnInEveryFreshConnection() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "lost");
        }
        try (Connection connection = dataSource().getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getTransactionIsolation())
                    .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(count(connection)).isZero();
        }
    }

    @Test
    void commitKeepsAndRollbackForgets() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "kept");
            connection.commit();
            insert(connection, "forgotten");
            connection.rollback();
            assertThat(count(connection)).isEqualTo(1);
            connection.commit();
        }
    }

    @Test
    void turningAutoCommitOnCommits() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "kept");
            connection.setAutoCommit(true);
        }
        try (Connection connection = dataSource().getConnection()) {
            assertThat(count(connection)).isEqualTo(1);
        }
    }

    @Test
    void savepointsAreKept() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "kept");
            Savepoint savepoint = connection.setSavepoint();
            assertThatThrownBy(() -> insert(connection, null)).isInstanceOf(SQLException.class);
            connection.rollback(savepoint);
            connection.commit();
            assertThat(count(connection)).isEqualTo(1);
            connection.commit();
        }
    }

    @Test
    void generatedKeysAndBatchesWork() throws SQLException {
        try (Connection connection = dataSource().getConnection();
                PreparedStatement insert =
                        connection.prepareStatement(
                                "INSERT INTO kit (name) VALUES (?)",
                                Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "a");
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getInt(1)).isPositive();
            }
            for (String each : new String[] {"b", "c"}) {
                insert.setString(1, each);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            insert.setString(1, null);
            insert.addBatch();
            assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
            assertThat(count(connection)).isEqualTo(3);
        }
    }

    @Test
    void rowsAreStreamedInPieces() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(10);
                int rows = 0;
                try (ResultSet result =
                        statement.executeQuery("SELECT * FROM generate_series(1, 1000)")) {
                    while (result.next()) {
                        rows += result.getInt(1) > 0 ? 1 : 0;
                    }
                }
                assertThat(rows).isEqualTo(1000);
            }
            connection.commit();
        }
    }

    @Test
    void everythingIsClosedWithItsConnection() throws SQLException {
        Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1");
        connection.close();
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThatThrownBy(connection::createStatement).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(rows::next).isInstanceOf(SQLException.class);
        statement.close();
        rows.close();
    }

    @Test
    void errorsKeepTheirSqlState() throws SQLException {
        try (Connection connection = dataSource().getConnection()) {
            assertThatThrownBy(() -> insert(connection, null))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("23502"));
        }
    }

    @Test
    void manyThreadsShareIt() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all =
                    java.util.stream.IntStream.range(0, 200)
                            .mapToObj(
                                    i ->
                                            threads.submit(
                                                    () -> {
                                                        try (Connection connection =
                                                                dataSource().getConnection()) {
                                                            insert(connection, "n" + i);
                                                            return i;
                                                        }
                                                    }))
                            .toList();
            for (Future<Integer> each : all) {
                assertThat(each.get()).isNotNegative();
            }
        }
        try (Connection connection = dataSource().getConnection()) {
            assertThat(count(connection)).isEqualTo(200);
        }
    }

    private static void insert(Connection connection, @org.jspecify.annotations.Nullable String n)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO kit (name) VALUES (?)")) {
            statement.setString(1, n);
            statement.executeUpdate();
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM kit")) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
