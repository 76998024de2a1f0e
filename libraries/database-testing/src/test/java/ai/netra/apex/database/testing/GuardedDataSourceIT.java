package ai.netra.apex.database.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.Session;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit on guarded sessions, with the leak checker behind every test. */
@Tag("COM-4")
class GuardedDataSourceIT extends DataSourceCompatibilityKit {

    private static EmbeddedPostgres server;
    private static DatabaseManager db;

    @RegisterExtension final LeakChecker leaks = LeakChecker.of(() -> db).allowingResidue();

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.startTemporary();
        db =
                DatabaseManager.start(
                        DatabaseConfig.builder("kit", Tier.TEST)
                                .url(
                                        DatabaseUrlBuilder.forTier(Tier.TEST)
                                                .hosts("127.0.0.1")
                                                .port(server.port())
                                                .database("postgres")
                                                .build())
                                .credentials(
                                        CredentialsSource.of(server.superuser(), server.password()))
                                .limits(
                                        TimeLimits.forTier(Tier.TEST)
                                                .withQueueWait(Duration.ofSeconds(60)))
                                .admission(AdmissionPolicy.standard().withWaiters(1000, 1000))
                                .build());
    }

    @AfterAll
    static void stop() {
        db.close();
        server.close();
    }

    @Override
    protected DataSource dataSource() {
        return db.asDataSource();
    }

    @Test
    void whatAConnectionSaysOfItselfIsWhatTheServerHas() throws Exception {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setSchema("pg_catalog");
            connection.setCatalog("elsewhere");
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("SET LOCAL search_path TO information_schema");

            assertThat(connection.getTransactionIsolation())
                    .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(connection.getSchema()).isEqualTo("information_schema");
            assertThat(connection.getCatalog()).isEqualTo("postgres");
            connection.rollback();

            assertThat(connection.getTransactionIsolation())
                    .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getSchema()).isEqualTo("pg_catalog");
        }
    }

    @Test
    void aConnectionThatTheServerHasEndedIsNotValidHoweverOftenItIsAsked() throws Exception {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            server.execute("postgres", "SELECT pg_terminate_backend(" + row.getInt(1) + ", 5000)");

            assertThat(connection.isValid(1)).isFalse();
            assertThat(connection.isValid(1)).isFalse();
        }
    }

    @Test
    void anErrorInDoubtKeepsTheCauseThatTheDriverGaveIt() throws Exception {
        InputStream broken = InputStream.nullInputStream();
        broken.close();
        try (Connection connection = dataSource().getConnection();
                PreparedStatement insert = connection.prepareStatement("SELECT ?::bytea")) {
            insert.setBinaryStream(1, broken, 4);

            assertThatThrownBy(insert::execute)
                    .isInstanceOf(SQLException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessage("Stream closed");
        }
    }

    @Test
    @Tag("STA-9")
    void theCheckerNamesWhoLeftASessionOpen() {
        LeakChecker checker = LeakChecker.of(() -> db);
        try (Session session = db.open(SessionRequest.read("forgotten").user("ada"))) {
            assertThat(session.info().operation()).isEqualTo("forgotten");
            assertThatThrownBy(() -> checker.verify(db))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("left open")
                    .hasMessageContaining("'forgotten' of user ada")
                    .hasMessageContaining("theCheckerNamesWhoLeftASessionOpen");
        }
        checker.verify(db);
    }

    @Test
    @Tag("STA-9")
    void theCheckerNamesWhatWasLeftBehind() throws Exception {
        LeakChecker checker = LeakChecker.of(() -> db);
        checker.beforeEach(null);
        try (Session session = db.open(SessionRequest.write("dirty"));
                Statement statement = session.connection().createStatement()) {
            statement.execute("SET work_mem = '9MB'");
        }
        assertThatThrownBy(() -> checker.verify(db))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("settings work_mem");
    }

    @Test
    @Tag("STA-9")
    void aCheckerHearsNothingAfterItsTest() throws Exception {
        LeakChecker checker = LeakChecker.of(() -> db);
        checker.beforeEach(null);
        checker.afterEach(null);
        try (Session session = db.open(SessionRequest.write("dirty"));
                Statement statement = session.connection().createStatement()) {
            statement.execute("SET work_mem = '9MB'");
        }
        checker.verify(db);
    }
}
