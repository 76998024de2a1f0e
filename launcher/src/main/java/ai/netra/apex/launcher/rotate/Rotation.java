package ai.netra.apex.launcher.rotate;

/**
 * Replaces one secret. Every step leaves old and new where both are good, so a rotation that was
 * killed is taken up by beginning it again.
 */
interface Rotation {

    /** Whose secret it is and what its file is called: {@code backend/redis-password}. */
    String name();

    /**
     * Replaces it while the system runs, and returns when the old one is good for nothing any more
     * (or says when it will be).
     *
     * @throws ai.netra.apex.launcher.CliException when it cannot; whatever is in use stays in use
     */
    void rotate(Steps steps);

    /**
     * Replaces it while nothing runs: the next start takes it.
     *
     * @return false when this can only be done while the system runs
     */
    boolean rotateAtRest();
}
