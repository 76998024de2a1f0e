package ai.netra.apex.database;

/** Whether the body of a transaction may run again after a definite rollback. */
public enum RetrySafety {
    /** Everything the body does is undone by the rollback. */
    REPLAYABLE,
    /** The body does something a rollback does not undo: it runs once. */
    ONCE
}
