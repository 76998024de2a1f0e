package ai.netra.apex.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.io.StringWriter;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/** What leads from a borrower's objects to the driver's, and where that is allowed. */
@Tag("SES-6")
class UnwrapIT {

    private DatabaseManager db;

    private Connection connection(boolean allowed) throws SQLException {
        db = DatabaseManager.start(TestServer.config("unwrap").allowUnwrap(allowed).build());
        return db.asDataSource().getConnection();
    }

    @AfterEach
    void close() {
        assertThat(db.snapshot().inUse()).isZero();
        db.close();
    }

    @Test
    void nothingHandedOutLeadsPastTheGuards() throws Exception {
        try (Connection connection = connection(false);
                Statement statement = connection.createStatement();
                PreparedStatement prepared = connection.prepareStatement("SELECT ?");
                ResultSet rows = statement.executeQuery("SELECT 1")) {
            assertThat(rows.getStatement()).isSameAs(statement);
            assertThat(statement.getConnection()).isSameAs(connection);
            assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
            assertThatThrownBy(() -> connection.unwrap(PGConnection.class))
                    .hasMessageContaining("allowUnwrap");
            assertThat(connection.isWrapperFor(PGConnection.class)).isFalse();
            assertThat(prepared).isNotInstanceOf(PGStatement.class);
            assertThatThrownBy(() -> prepared.unwrap(PGStatement.class))
                    .hasMessageContaining("allowUnwrap");
        }
    }

    @Test
    void theTextOfAStatementShowsNoValue() throws Exception {
        try (Connection connection = connection(false);
                PreparedStatement prepared =
                        connection.prepareStatement("SELECT ?, 'said-in-the-text'");
                CallableStatement callable =
                        connection.prepareCall("{? = call length(?)} -- said-in-the-text")) {
            prepared.setString(1, "said-as-a-value");
            assertThat(prepared.toString()).startsWith("GuardedPrepared@").doesNotContain("said");
            assertThat(callable.toString()).startsWith("GuardedPrepared@").doesNotContain("said");
            try (ResultSet rows = prepared.executeQuery()) {
                assertThat(rows.toString()).startsWith("GuardedRows@").doesNotContain("said");
            }
        }
    }

    @Test
    void whereItIsAllowedACastToTheDriversInterfacesWorksAndIsGuardedAllTheSame() throws Exception {
        PreparedStatement kept;
        try (Connection connection = connection(true);
                PreparedStatement prepared = connection.prepareStatement("SELECT ?")) {
            kept = prepared;
            prepared.setString(1, "value");
            assertThat(prepared.toString()).isEqualTo("SELECT ('value')");
            ((PGStatement) prepared).setPrepareThreshold(7);
            assertThat(prepared.unwrap(PGStatement.class).getPrepareThreshold()).isEqualTo(7);
            assertThat(prepared.getConnection()).isSameAs(connection);
            try (ResultSet rows = prepared.executeQuery()) {
                assertThat(rows.getStatement()).isSameAs(prepared);
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("value");
            }
            try (Statement statement = connection.createStatement()) {
                assertThat(((PGStatement) statement).getLastOID()).isZero();
            }
            try (CallableStatement callable = connection.prepareCall("SELECT 1")) {
                assertThat(((PGStatement) callable).isUseServerPrepare()).isFalse();
            }
            assertThat(((PGConnection) connection).getBackendPID()).isPositive();
        }
        assertThatThrownBy(() -> ((PGStatement) kept).setPrepareThreshold(1))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void whoKeepsTheDriversConnectionKeepsAClosedOne() throws Exception {
        PgConnection kept;
        int pid;
        try (Connection connection = connection(true)) {
            kept = connection.unwrap(PgConnection.class);
            pid = kept.getBackendPID();
            assertThat(kept.isClosed()).isFalse();
        }
        assertThat(kept.isClosed()).isTrue();
        try (Connection next = db.asDataSource().getConnection()) {
            assertThat(((PGConnection) next).getBackendPID()).isNotEqualTo(pid);
        }
    }

    @Test
    void whoKeepsWhatTheDriversInterfaceGaveKeepsNothingOfTheNextOnes() throws Exception {
        CopyManager kept;
        int pid;
        try (Connection connection = connection(true)) {
            pid = ((PGConnection) connection).getBackendPID();
            kept = ((PGConnection) connection).getCopyAPI();
        }
        assertThatThrownBy(() -> kept.copyIn("COPY pg_type FROM STDIN"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("closed");
        for (int i = 0; i < 10; i++) {
            try (Connection next = db.asDataSource().getConnection()) {
                assertThat(((PGConnection) next).getBackendPID()).isNotEqualTo(pid);
            }
        }
    }

    @Test
    @Tag("SES-4")
    void aCopyThatRunsIsNoLeakAndOneToReadCopiesNothingIn() throws Exception {
        db =
                DatabaseManager.start(
                        TestServer.config("copy")
                                .allowUnwrap(true)
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withLeak(Duration.ofMillis(300)))
                                .build());
        try (Connection connection = db.asDataSource().getConnection()) {
            CopyManager copies = ((PGConnection) connection).getCopyAPI();
            StringWriter to = new StringWriter();
            assertThat(copies.copyOut("COPY (SELECT 1 FROM pg_sleep(1)) TO STDOUT", to))
                    .isEqualTo(1);
            assertThat(to.toString()).isEqualTo("1\n");
            CopyOut byHand = copies.copyOut("COPY (SELECT 2) TO STDOUT");
            assertThat(byHand.readFromCopy()).isEqualTo(new byte[] {'2', '\n'});
            assertThat(byHand.readFromCopy()).isNull();
        }
        assertThat(db.snapshot().counters()).containsEntry("leaks", 0L);
        TestServer.execute("DROP TABLE IF EXISTS copied", "CREATE TABLE copied (id int)");
        try (Session session = db.open(SessionRequest.read("copy"))) {
            CopyManager copies = ((PGConnection) session.connection()).getCopyAPI();
            assertThatThrownBy(
                            () -> copies.copyIn("COPY copied FROM STDIN", new StringReader("1\n")))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("25006");
        }
    }

    @Test
    void whatTheDriverKeepsForAConnectionIsNotTheNextOnes() throws Exception {
        int usual;
        try (Connection connection = connection(true)) {
            usual = ((PGConnection) connection).getPrepareThreshold();
            ((PGConnection) connection).setPrepareThreshold(usual + 1);
        }
        for (int i = 0; i < 10; i++) {
            try (Connection next = db.asDataSource().getConnection()) {
                assertThat(((PGConnection) next).getPrepareThreshold()).isEqualTo(usual);
            }
        }
    }
}
