package ai.netra.apex.resilience;

/** What was going on when a failure happened; the same error means different things in each. */
public enum Phase {
    /** No connection yet: nothing can have happened. */
    ACQUIRING,
    /** Inside a transaction: nothing takes effect before its COMMIT is sent. */
    IN_TRANSACTION,
    /** A statement that commits by itself: it may have taken effect before the answer was lost. */
    AUTOCOMMIT,
    /** COMMIT was sent, or may have been. */
    COMMITTING
}
