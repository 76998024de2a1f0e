package ai.netra.apex.database;

/** When a returned connection's state is verified by asking the server. */
public enum CleanupCheck {
    /** After every session: one more round trip each. For tests. */
    ALWAYS,
    /**
     * When a statement of the session could have left something behind, judged by its text, and now
     * and then all the same.
     */
    SUSPECTED
}
