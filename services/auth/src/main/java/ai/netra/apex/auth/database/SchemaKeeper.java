package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date as its owner, before anything uses it. Is the database away, it goes
 * on trying while the service answers what needs no database. Thread-safe.
 */
final class SchemaKeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SchemaKeeper.class);
    private static final Map<String, String> CONNECTION =
            Map.of("connectTimeout", "5", "ApplicationName", "apex-auth-migrations");

    private final SchemaConfig config;
    private final EnvironmentCheck environment;
    private volatile boolean ready;
    private @Nullable Thread trying;

    private SchemaKeeper(SchemaConfig config, EnvironmentCheck environment) {
        this.config = config;
        this.environment = environment;
    }

    /**
     * Migrates now, or in the background while the database cannot be reached.
     *
     * @throws RuntimeException when the schema, the credentials or the choice of database are at
     *     fault
     */
    static SchemaKeeper start(SchemaConfig config, EnvironmentCheck environment, Duration pause) {
        var keeper = new SchemaKeeper(config, environment);
        if (!keeper.attempt()) {
            keeper.trying = Thread.ofVirtual().name("schema").start(() -> keeper.keepTrying(pause));
        }
        return keeper;
    }

    boolean ready() {
        return ready;
    }

    private void keepTrying(Duration pause) {
        try {
            do {
                Thread.sleep(pause);
            } while (!attempt());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("The schema of the accounts' database cannot be brought up to date", e);
        }
    }

    private boolean attempt() {
        try {
            Supplier<Secret> password = config.ownerPassword();
            if (password != null) {
                requireOwn(password.get());
                migrate(password.get());
            }
            environment.verify();
            ready = true;
            return true;
        } catch (FlywayException | DatabaseException e) {
            if (!unreachable(e)) {
                throw e;
            }
            log.warn("The accounts' database cannot be reached yet: {}", rootMessage(e));
            return false;
        }
    }

    /** Nothing is changed in a database of somebody else. */
    private void requireOwn(Secret password) {
        var properties = new Properties();
        properties.putAll(CONNECTION);
        properties.setProperty("user", config.owner());
        properties.setProperty("password", password.reveal());
        try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), properties)) {
            config.mark().verify(connection);
        } catch (MarkedDatabase.WrongDatabaseException e) {
            throw new EnvironmentCheck.WrongDatabaseException(e.refusal());
        } catch (SQLException e) {
            throw new FlywayException("The database of accounts cannot be asked whose it is", e);
        }
    }

    private void migrate(Secret password) {
        Flyway.configure()
                .dataSource(config.jdbcUrl(), config.owner(), password.reveal())
                .jdbcProperties(CONNECTION)
                .locations("classpath:db/migration")
                .placeholders(
                        Map.of(
                                "service_role",
                                config.serviceRole(),
                                "tier",
                                config.mark().tier().label()))
                .cleanDisabled(true)
                .load()
                .migrate();
    }

    /** Classes 08 (connection), 53 (resources) and 57P (starting, stopping) pass by themselves. */
    private static boolean unreachable(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof MarkedDatabase.WrongDatabaseException) {
                return false;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
            }
        }
        return false;
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    @Override
    public void close() {
        if (trying != null) {
            trying.interrupt();
        }
    }
}
