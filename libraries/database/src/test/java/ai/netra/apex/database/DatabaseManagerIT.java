package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DatabaseManagerIT {

    @Test
    @Tag("CFG-6")
    @Tag("SES-6")
    void aTransactionCommitsWhatItsBodyDid() throws SQLException {
        TestServer.execute("DROP TABLE IF EXISTS kept", "CREATE TABLE kept (id int)");
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("commit").build())) {
            int rows =
                    db.inTransaction(
                            SessionRequest.write("insert").user("ada"),
                            session -> update(session.connection(), "INSERT INTO kept VALUES (1)"));
            assertThat(rows).isEqualTo(1);
            try (Connection plain = db.asDataSource().getConnection()) {
                assertThat(count(plain, "kept")).isEqualTo(1);
            }
            assertThat(db.snapshot().inUse()).isZero();
        }
    }

    @Test
    @Tag("SES-6")
    void aTransactionWhoseBodyThrowsLeavesNothing() throws SQLException {
        TestServer.execute("DROP TABLE IF EXISTS undone", "CREATE TABLE undone (id int)");
        try (DatabaseManager db = DatabaseManager.start(TestServer.config("undo").build())) {
            assertThatThrownBy(
                            () ->
                                    db.inTransaction(
                                            SessionRequest.write("insert"),
                                            session -> {
                                                update(
                                                        session.connection(),
                                                        "INSERT INTO undone VALUES (1)");
                                                throw new IllegalStateException("no");
                                            }))
                    .isInstanceOf(IllegalStateException.class);
            try (Connection plain = db.asDataSource().getConnection()) {
                assertThat(count(plain, "undone")).isZero();
            }
            assertThat(db.snapshot().inUse()).isZero();
        }
    }

    static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
