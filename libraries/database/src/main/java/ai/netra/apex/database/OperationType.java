package ai.netra.apex.database;

/** What a session is for. */
public enum OperationType {
    /** Reads only; the transaction is opened read-only and may be preempted between statements. */
    READ,
    /** Reads and writes. */
    WRITE,
    /** Migrations and housekeeping: bounded by its own deadline, not by the usual one. */
    MAINTENANCE
}
