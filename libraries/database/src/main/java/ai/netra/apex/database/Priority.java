package ai.netra.apex.database;

/** Who goes first when sessions are scarce; the order of the constants is the order served. */
public enum Priority {
    /** Has capacity of its own and may end {@link #LOW} sessions. For sign-in and health. */
    CRITICAL,
    /** A person waits for it. */
    HIGH,
    /** The usual. */
    NORMAL,
    /** Background work. Ages while it waits, so that it is served in the end. */
    LOW
}
