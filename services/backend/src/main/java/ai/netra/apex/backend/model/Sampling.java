package ai.netra.apex.backend.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is drawn; null leaves the provider's default.
 *
 * @param stop texts that end the answer; empty for none
 * @param toolChoice {@code auto}, {@code none}, {@code required} or a tool's name
 */
public record Sampling(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer maxTokens,
        List<String> stop,
        @Nullable String toolChoice) {

    /** Everything as the provider has it. */
    public static final Sampling DEFAULT = new Sampling(null, null, null, List.of(), null);

    public Sampling {
        stop = List.copyOf(stop);
    }
}
