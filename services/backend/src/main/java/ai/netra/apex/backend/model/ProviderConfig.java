package ai.netra.apex.backend.model;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One provider of models.
 *
 * @param name the first part of its models' ids; lower case letters, digits and dashes
 * @param title its name for people
 * @param baseUrl without a trailing slash; for OpenAI-compatible ones including {@code /v1}
 * @param key reads the secret each time it is needed, so that a rotated one is used at once; null
 *     for a provider without keys
 * @param keyName the name of the secret, for messages to operators; null without a key
 * @param models names offered, known before the provider was ever asked
 * @param narrowed whether only {@code models} are offered, not what the provider lists
 * @param discovered whether it is only there when something answers at its address
 * @param tools whether its models are told of tools
 * @param modelLimits bounds of single models, by the provider's name for them
 */
public record ProviderConfig(
        String name,
        String title,
        Kind kind,
        URI baseUrl,
        @Nullable Supplier<String> key,
        @Nullable String keyName,
        List<String> models,
        boolean narrowed,
        boolean discovered,
        boolean tools,
        Limits limits,
        Map<String, Limits> modelLimits) {

    public ProviderConfig {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,31}") || name.equals("apex")) {
            throw new IllegalArgumentException("not a name for a provider: " + name);
        }
        models = List.copyOf(models);
        modelLimits = Map.copyOf(modelLimits);
    }

    /** Whether this one is reached at the same address, in the same way, as {@code other}. */
    boolean isAt(ProviderConfig other) {
        return name.equals(other.name)
                && kind == other.kind
                && baseUrl.equals(other.baseUrl)
                && (key == null) == (other.key == null);
    }

    /** The same with the bounds that {@code model} has of its own, if any. */
    ProviderConfig forModel(String model) {
        Limits own = modelLimits.get(model);
        return own == null
                ? this
                : new ProviderConfig(
                        name,
                        title,
                        kind,
                        baseUrl,
                        key,
                        keyName,
                        models,
                        narrowed,
                        discovered,
                        tools,
                        own,
                        modelLimits);
    }

    /** The protocol it speaks. */
    public enum Kind {
        OPENAI,
        ANTHROPIC,
        GEMINI,
        OLLAMA
    }

    /**
     * Bounds of its calls.
     *
     * @param firstToken from sending the request to the first piece of an answer
     * @param idle the longest silence in an answer that has begun
     * @param total the longest a call may take
     * @param concurrent calls at once, at most
     * @param retries how often a call is sent again when it failed before the first byte of an
     *     answer; never after it
     */
    public record Limits(
            Duration firstToken, Duration idle, Duration total, int concurrent, int retries) {

        /** What fits a provider nobody has set bounds for. */
        public static final Limits DEFAULT =
                new Limits(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(10),
                        1_000,
                        1);
    }
}
