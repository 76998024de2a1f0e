package ai.netra.apex.backend.storage;

import ai.netra.apex.settings.Secret;
import java.time.Duration;
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
            Flyway.configure()
                    .dataSource(config.jdbcUrl(), config.owner(), password.get().reveal())
                    .locations("classpath:db/migration")
                    .connectRetries(0)
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
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
