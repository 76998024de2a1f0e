package ai.netra.apex.backend.storage;

import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.settings.Secret;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date, as its owner, before the service works as a role that can change
 * rows alone. While the database is away it goes on trying in the background: the service starts
 * degraded and needs no restart.
 */
public final class SchemaKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SchemaKeeper.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final SchemaConfig config;
    private final Thread worker;
    private volatile boolean current;
    private volatile String state = "not migrated yet";

    private SchemaKeeper(SchemaConfig config) {
        this.config = config;
        this.worker = Thread.ofVirtual().name("schema-keeper").unstarted(this::keepTrying);
    }

    /** Migrates, or begins to try. */
    public static SchemaKeeper start(SchemaConfig config) {
        var keeper = new SchemaKeeper(config);
        if (!keeper.migrate()) {
            keeper.worker.start();
        }
        return keeper;
    }

    /** Whether the schema is what this build needs. */
    public boolean current() {
        return current;
    }

    /** Why it is not {@link #current()}; for operators. */
    public String state() {
        return state;
    }

    private boolean migrate() {
        Supplier<Secret> password = config.ownerPassword();
        if (password == null) {
            current = true;
            state = "";
            return true;
        }
        try {
            requireOwn(password.get());
            Flyway.configure()
                    .dataSource(config.jdbcUrl(), config.owner(), password.get().reveal())
                    .locations("classpath:db/migration")
                    .connectRetries(0)
                    .placeholders(
                            Map.of(
                                    "service_role",
                                    config.serviceRole(),
                                    "tier",
                                    config.mark().tier().label()))
                    .load()
                    .migrate();
            current = true;
            state = "";
            return true;
        } catch (FlywayException e) {
            state = "the schema could not be brought up to date: " + firstLine(e);
            log.warn("{}", state);
            return false;
        }
    }

    /** Nothing is changed in a database of somebody else. */
    private void requireOwn(Secret password) {
        var properties = new Properties();
        properties.setProperty("user", config.owner());
        properties.setProperty("password", password.reveal());
        properties.setProperty("connectTimeout", "5");
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), properties)) {
            config.mark().verify(connection);
        } catch (MarkedDatabase.WrongDatabaseException e) {
            throw new IllegalStateException(
                    e.getMessage() + " Check BACKEND_DATABASE_HOSTS and APEX_TIER.", e);
        } catch (SQLException e) {
            throw new FlywayException("the database cannot be asked whose it is", e);
        }
    }

    private static String firstLine(FlywayException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void keepTrying() {
        try {
            do {
                Thread.sleep(PAUSE);
            } while (!migrate());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            state = String.valueOf(e.getMessage());
            log.error("{}", state);
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
