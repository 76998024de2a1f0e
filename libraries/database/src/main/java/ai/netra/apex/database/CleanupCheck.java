package ai.netra.apex.database;

/** When a returned connection's state is verified by asking the server. */
public enum CleanupCheck {
    /** After every session: one more round trip each. For tests. */
    ALWAYS,
    /**
     * When a statement of the session could have left something behind, judged by its text; when
     * the server has reported a changed setting; and all the same once a second for each connection
     * that works.
     */
    SUSPECTED
}
