package ai.netra.apex.backend.run;

/**
 * What one run used, as the provider counted it, or as estimated where it does not count.
 *
 * @param inputTokens tokens read, at least 0
 * @param outputTokens tokens written, at least 0
 */
public record Usage(long inputTokens, long outputTokens) {

    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0);

    public Usage {
        if (inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("tokens are counted from 0");
        }
    }
}
