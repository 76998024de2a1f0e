package ai.netra.apex.backend.model;

/**
 * Tokens of one model call.
 *
 * @param estimated whether they were estimated here (four characters each) because the provider did
 *     not count
 */
public record TokenUsage(long inputTokens, long outputTokens, boolean estimated) {

    /** The rough number of tokens of {@code characters} characters of text. */
    public static long estimate(long characters) {
        return (characters + 3) / 4;
    }
}
