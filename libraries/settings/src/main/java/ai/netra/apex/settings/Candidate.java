package ai.netra.apex.settings;

/**
 * A text that a source offers for a key.
 *
 * @param text the text, which may be a credential
 * @param origin where it stands
 * @param open whether it stands where a credential must not: in the open
 */
record Candidate(String text, Origin origin, boolean open) {
    /** Without the text. */
    @Override
    public String toString() {
        return "candidate from " + origin;
    }
}
