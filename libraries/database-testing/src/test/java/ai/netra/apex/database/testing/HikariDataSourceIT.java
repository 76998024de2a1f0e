package ai.netra.apex.database.testing;

import ai.netra.apex.embedded.EmbeddedPostgres;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The kit asks for nothing that only guarded sessions have: it passes on a plain pool. */
@Tag("COM-4")
class HikariDataSourceIT extends DataSourceCompatibilityKit {

    private static EmbeddedPostgres server;
    private static HikariDataSource pool;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.startTemporary();
        pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres");
        pool.setUsername(server.superuser());
        pool.setPassword(server.password());
    }

    @AfterAll
    static void stop() {
        pool.close();
        server.close();
    }

    @Override
    protected DataSource dataSource() {
        return pool;
    }
}
