package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGResultSetMetaData;

/** What columns and descriptions lead to: never past the guards, and nowhere after the session. */
@Tag("SES-4")
@Tag("SES-6")
class HandedOutIT {

    private DatabaseManager db;

    @BeforeEach
    void start() {
        db =
                DatabaseManager.start(
                        TestServer.config("handed-out")
                                .pool(PoolBounds.exactly(2))
                                .admission(AdmissionPolicy.standard().withReserve(0))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withLeak(Duration.ofMillis(600)))
                                .build());
    }

    @AfterEach
    void close() {
        assertThat(db.unaccountedSessions()).isZero();
        db.close();
    }

    @Test
    void aCursorInAColumnIsGuardedToo() throws Exception {
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("DECLARE handed CURSOR FOR SELECT 7");
            try (ResultSet rows = statement.executeQuery("SELECT 'handed'::refcursor")) {
                assertThat(rows.next()).isTrue();
                guarded((ResultSet) rows.getObject(1), connection);
            }
            connection.rollback();
        }
    }

    @Test
    void theRowsOfAnArrayAreGuardedToo() throws Exception {
        Array kept;
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT ARRAY[7, 8]")) {
            assertThat(rows.next()).isTrue();
            kept = rows.getArray(1);
            assertThat((Object[]) kept.getArray()).containsExactly(7, 8);
            guarded(kept.getResultSet(), connection);
            Array made = connection.createArrayOf("int", new Integer[] {7});
            guarded(made.getResultSet(), connection);
            try (PreparedStatement sent =
                    connection.prepareStatement("SELECT ?::text || ?::text")) {
                sent.setArray(1, made);
                sent.setObject(2, kept);
                try (ResultSet text = sent.executeQuery()) {
                    assertThat(text.next()).isTrue();
                    assertThat(text.getString(1)).isEqualTo("{7}{7,8}");
                }
            }
        }
        assertThatThrownBy(kept::getResultSet).isInstanceOf(SessionEndedException.class);
    }

    private static void guarded(ResultSet rows, Connection connection) throws SQLException {
        assertThat(rows).isInstanceOf(Guarded.class);
        assertThat(rows.next()).isTrue();
        Statement of = rows.getStatement();
        if (of != null) {
            assertThat(of.getConnection()).isSameAs(connection);
        }
    }

    @Test
    void aLargeObjectCannotBeReadOrWrittenThroughAnEndedSession() throws Exception {
        Blob kept;
        InputStream stream;
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try (ResultSet rows =
                    statement.executeQuery("SELECT lo_from_bytea(0, '\\x010203'::bytea)")) {
                assertThat(rows.next()).isTrue();
                kept = rows.getBlob(1);
                assertThat(kept.length()).isEqualTo(3);
                assertThat(kept.getBytes(1, 3)).containsExactly(1, 2, 3);
                stream = kept.getBinaryStream();
                assertThat(stream.read()).isEqualTo(1);
            }
            connection.commit();
        }
        try (Connection one = db.asDataSource().getConnection();
                Connection two = db.asDataSource().getConnection()) {
            one.setAutoCommit(false);
            two.setAutoCommit(false);
            SessionIT.text(one, "SELECT 1");
            SessionIT.text(two, "SELECT 1");
            assertThatThrownBy(kept::length).isInstanceOf(SessionEndedException.class);
            assertThatThrownBy(() -> kept.setBytes(1, new byte[] {9}))
                    .isInstanceOf(SessionEndedException.class);
            assertThatThrownBy(stream::read)
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(SessionEndedException.class);
            one.rollback();
            two.rollback();
        }
    }

    @Test
    void aDescriptionOfRowsAsksNothingAfterTheSession() throws Exception {
        TestServer.execute(
                "DROP TABLE IF EXISTS described", "CREATE TABLE described (id serial, n int)");
        ResultSetMetaData rowsKept;
        ResultSetMetaData preparedKept;
        try (Connection connection = db.asDataSource().getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT id FROM described");
                ResultSet rows = statement.executeQuery()) {
            rowsKept = rows.getMetaData();
            preparedKept = statement.getMetaData();
            assertThat(rowsKept.getColumnName(1)).isEqualTo("id");
            assertThat(rowsKept.isAutoIncrement(1)).isTrue();
            assertThat(((PGResultSetMetaData) rowsKept).getBaseTableName(1)).isEqualTo("described");
        }
        assertThatThrownBy(() -> rowsKept.isAutoIncrement(1))
                .isInstanceOf(SessionEndedException.class);
        assertThatThrownBy(() -> ((PGResultSetMetaData) rowsKept).getBaseColumnName(1))
                .isInstanceOf(SessionEndedException.class);
        assertThatThrownBy(() -> preparedKept.isAutoIncrement(1))
                .isInstanceOf(SessionEndedException.class);
    }

    @Test
    void rowsThatAreFetchedLateAreWorkWhateverTheFetchSizeIsSetTo() throws Exception {
        try (Connection connection = db.asDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(1);
            try (ResultSet rows =
                    statement.executeQuery(
                            "SELECT n, CASE WHEN n > 1 THEN pg_sleep(2) END"
                                    + " FROM generate_series(1, 2) n")) {
                rows.setFetchSize(0);
                assertThat(rows.next()).isTrue();
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(2);
            }
            connection.rollback();
        }
        assertThat(db.snapshot().counters()).containsEntry("leaks", 0L);
    }
}
