package ai.netra.apex.database;

import ai.netra.apex.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;

/** One real PostgreSQL for all tests of a JVM, and shortcuts to configure a manager on it. */
final class TestServer {

    static final EmbeddedPostgres SERVER =
            EmbeddedPostgres.builder().setting("max_connections", "200").start();

    private TestServer() {}

    static DatabaseConfig.Builder config(String name) {
        return config(name, SERVER, "127.0.0.1:" + SERVER.port());
    }

    /** A configuration that reaches {@code server} over other hosts, such as proxies before it. */
    static DatabaseConfig.Builder config(String name, EmbeddedPostgres server, String hosts) {
        return DatabaseConfig.builder(name, Tier.TEST)
                .url(
                        DatabaseUrlBuilder.forTier(Tier.TEST)
                                .hosts(hosts)
                                .database("postgres")
                                .build())
                .credentials(CredentialsSource.of(server.superuser(), server.password()));
    }

    /** Runs statements as the superuser, past every guard. */
    static void execute(String... statements) {
        SERVER.execute("postgres", statements);
    }

    /** A connection of the superuser, past every guard. */
    static Connection raw() throws SQLException {
        return SERVER.connect("postgres");
    }
}
