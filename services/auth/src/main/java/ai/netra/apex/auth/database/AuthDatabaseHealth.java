package ai.netra.apex.auth.database;

import ai.netra.apex.servicekit.health.DependencyHealth;

/**
 * Auth without its database is degraded, not down: keys are still served, and tokens that were
 * issued still verify everywhere. Thread-safe.
 */
public final class AuthDatabaseHealth implements DependencyHealth {

    private final AuthDatabaseManager database;

    public AuthDatabaseHealth(AuthDatabaseManager database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() {
        database.ping();
        return database.health().detail();
    }
}
