package ai.netra.apex.backend.health;

import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.SchemaKeeper;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.servicekit.health.DependencyHealth;
import java.time.Duration;

/**
 * PostgreSQL: asked on a session of high priority, so that load alone does not look like an end.
 */
final class PostgresHealth implements DependencyHealth {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final Database database;
    private final SchemaKeeper schema;

    PostgresHealth(Database database, SchemaKeeper schema) {
        this.database = database;
        this.schema = schema;
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public boolean required() {
        return true;
    }

    @Override
    public String check() {
        if (!schema.current()) {
            throw new IllegalStateException(schema.state());
        }
        return RequestContext.of(null, "health")
                .withPriority(Priority.CRITICAL)
                .within(LIMIT)
                .<String, RuntimeException>call(
                        () -> {
                            database.jdbc().sql("SELECT 1").query(Integer.class).single();
                            return "";
                        });
    }
}
