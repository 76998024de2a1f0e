package ai.netra.apex.database;

/**
 * The configuration in force. Bounds of the pool, time limits and admission are replaced while the
 * manager runs, all at once; the rest stays what it was at start. Thread-safe.
 */
final class LiveConfig {

    private volatile DatabaseConfig current;

    LiveConfig(DatabaseConfig atStart) {
        this.current = atStart;
    }

    DatabaseConfig get() {
        return current;
    }

    void replace(DatabaseConfig next) {
        current = next;
    }
}
