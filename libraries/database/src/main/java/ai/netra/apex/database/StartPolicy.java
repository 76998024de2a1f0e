package ai.netra.apex.database;

/** What happens when the database cannot be reached at start, after every retry. */
public enum StartPolicy {
    /** The manager starts anyway, says that it is down, and recovers by itself. */
    DEGRADED,
    /** {@link DatabaseManager#start} fails with the reason. */
    REQUIRED
}
