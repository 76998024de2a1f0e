package ai.netra.apex.backend.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.settings.EnvironmentMarker;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.Tier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases of one tier, and processes of another that try to work on them. */
@Tag("CFG-2")
@Tag("AUT-3")
class MarkedDatabaseIT {
    private static final String PASSWORD = "only-of-this-test-7Kx";
    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.builder().start();
        for (Tier tier : Tier.values()) {
            server.roles().database(name(tier), "apex_owner", PASSWORD, "apex_backend", PASSWORD);
            try (SchemaKeeper keeper = migrate(tier, mark(tier, "backend"))) {
                assertThat(keeper.current()).isTrue();
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "TEST, STAGING",
        "TEST, PRODUCTION",
        "LOCAL, PRODUCTION",
        "STAGING, TEST",
        "PRODUCTION, TEST",
        "PRODUCTION, LOCAL"
    })
    void aProcessOfOneTierCannotConnectToADatabaseOfAnother(Tier process, Tier database)
            throws SQLException {
        String before = history(database);
        assertThatThrownBy(() -> migrate(database, mark(process, "backend")))
                .hasMessageContaining(
                        "The database belongs to tier %s, this process to tier %s."
                                .formatted(database.label(), process.label()));
        assertThatThrownBy(() -> count(database, mark(process, "backend")))
                .hasStackTraceContaining("belongs to tier " + database.label());
        assertThat(history(database)).isEqualTo(before);
        assertThat(count(database, mark(database, "backend"))).isZero();
    }

    @Test
    void theDatabaseOfAnotherServiceIsRefused() {
        assertThatThrownBy(() -> migrate(Tier.TEST, mark(Tier.TEST, "auth")))
                .hasMessageContaining("belongs to service backend, this process to service auth");
    }

    @Test
    void anotherClusterThanTheOneNamedIsRefused() throws SQLException {
        UUID known = marker(Tier.PRODUCTION).clusterId();
        var right = new MarkedDatabase(Tier.PRODUCTION, "backend", Optional.of(known));
        assertThat(count(Tier.PRODUCTION, right)).isZero();
        var wrong = new MarkedDatabase(Tier.PRODUCTION, "backend", Optional.of(UUID.randomUUID()));
        assertThatThrownBy(() -> count(Tier.PRODUCTION, wrong))
                .hasStackTraceContaining("The database is cluster " + known);
        assertThat(marker(Tier.STAGING).clusterId()).isNotEqualTo(known);
    }

    @Test
    void theServiceCannotChangeTheMark() throws SQLException {
        try (Connection connection =
                        server.connect(name(Tier.PRODUCTION), "apex_backend", PASSWORD);
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("update environment set tier = 'test'"))
                    .hasMessageContaining("permission denied");
        }
    }

    private static EnvironmentMarker marker(Tier tier) throws SQLException {
        try (Connection connection = server.connect(name(tier), "apex_backend", PASSWORD)) {
            return MarkedDatabase.read(connection).orElseThrow();
        }
    }

    private static MarkedDatabase mark(Tier tier, String service) {
        return new MarkedDatabase(tier, service, Optional.empty());
    }

    private static String name(Tier tier) {
        return "apex_" + tier.label();
    }

    private static SchemaKeeper migrate(Tier database, MarkedDatabase mark) {
        return SchemaKeeper.start(
                new SchemaConfig(
                        server.jdbcUrl(name(database)),
                        "apex_owner",
                        () -> Secret.of(PASSWORD),
                        "apex_backend",
                        mark));
    }

    /** Works on a database as the service does, through its guarded sessions. */
    private static long count(Tier database, MarkedDatabase mark) {
        var config =
                DatabaseConfig.builder("backend", ai.netra.apex.database.Tier.TEST)
                        .url(
                                DatabaseUrlBuilder.forTier(ai.netra.apex.database.Tier.TEST)
                                        .hosts("127.0.0.1:" + server.port())
                                        .database(name(database))
                                        .user("apex_backend")
                                        .build())
                        .credentials(CredentialsSource.of("apex_backend", PASSWORD))
                        .connectionCheck(mark)
                        .pool(PoolBounds.exactly(2))
                        .build();
        try (DatabaseManager manager = DatabaseManager.start(config)) {
            return manager.inTransaction(
                    SessionRequest.read("count"),
                    session -> {
                        try (Statement statement = session.connection().createStatement();
                                ResultSet row =
                                        statement.executeQuery("select count(*) from api_key")) {
                            row.next();
                            return row.getLong(1);
                        }
                    });
        }
    }

    private static String history(Tier database) throws SQLException {
        try (Connection connection = server.connect(name(database));
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "select count(*) || ' ' || max(installed_on)"
                                        + " from flyway_schema_history")) {
            row.next();
            return row.getString(1);
        }
    }
}
