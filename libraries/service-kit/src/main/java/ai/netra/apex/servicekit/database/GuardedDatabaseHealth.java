package ai.netra.apex.servicekit.database;

import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.servicekit.health.DependencyHealth;

/** A manager's health as a dependency of the service. Thread-safe. */
public final class GuardedDatabaseHealth implements DependencyHealth {

    private final DatabaseManager manager;

    public GuardedDatabaseHealth(DatabaseManager manager) {
        this.manager = manager;
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
        DatabaseHealth health = manager.health();
        if (health.status() == DatabaseHealth.Status.DOWN) {
            throw new IllegalStateException(health.detail());
        }
        return health.detail();
    }
}
