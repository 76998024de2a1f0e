package ai.netra.apex.resilience;

/** What became of the work that failed: asked before anything else. */
public enum Outcome {
    /** It never reached the dependency. */
    NOT_STARTED,
    /** It reached it and was undone, entirely. */
    ROLLED_BACK,
    /** It took effect, although the answer was lost. */
    COMMITTED,
    /** Nobody can say. It must not be replayed. */
    IN_DOUBT;

    /** Whether it is certain that nothing took effect. */
    public boolean undone() {
        return this == NOT_STARTED || this == ROLLED_BACK;
    }
}
