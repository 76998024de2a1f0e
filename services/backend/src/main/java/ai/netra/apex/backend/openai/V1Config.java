package ai.netra.apex.backend.openai;

import java.time.Duration;

/**
 * Bounds of the OpenAI-compatible endpoint.
 *
 * @param perPerson calls at once, over all keys of a person, on this replica
 * @param limit how long a call may take
 * @param beat how often a streamed answer shows that it lives
 */
public record V1Config(int perPerson, Duration limit, Duration beat) {

    public static final V1Config DEFAULT =
            new V1Config(32, Duration.ofMinutes(9), Duration.ofSeconds(10));
}
