package ai.netra.apex.database;

/** Which server a session may be served by. */
public enum Access {
    /** The primary. */
    READ_WRITE,
    /** The primary, in a read-only transaction. */
    READ_ONLY,
    /** A standby where there is one, behind by its replication lag; else the primary. */
    STALE_OK
}
