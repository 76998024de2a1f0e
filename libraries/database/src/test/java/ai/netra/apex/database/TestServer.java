package ai.netra.apex.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** One real PostgreSQL for all tests of a JVM, and shortcuts to configure a manager on it. */
final class TestServer {

    private static final EmbeddedPostgres SERVER = start();

    private TestServer() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int port() {
        return SERVER.getPort();
    }

    static DatabaseConfig.Builder config(String name) {
        return configOver(name, "127.0.0.1:" + port());
    }

    static DatabaseConfig.Builder configOver(String name, String hosts) {
        return DatabaseConfig.builder(name, Tier.TEST)
                .url(
                        DatabaseUrlBuilder.forTier(Tier.TEST)
                                .hosts(hosts)
                                .database("postgres")
                                .build())
                .credentials(CredentialsSource.of("postgres", ""));
    }

    /** Runs statements as the superuser, past every guard. */
    static void execute(String... statements) throws SQLException {
        try (Connection connection = raw();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static Connection raw() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port() + "/postgres", "postgres", "");
    }
}
