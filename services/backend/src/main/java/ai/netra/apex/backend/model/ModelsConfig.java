package ai.netra.apex.backend.model;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which models there are.
 *
 * @param defaultModel the id of the model that answers when a message names none
 * @param refresh how often the lists of models are read again
 * @param toolsOff ids of models that are never told of tools
 */
public record ModelsConfig(
        List<ProviderConfig> providers,
        String defaultModel,
        Duration refresh,
        Set<String> toolsOff) {

    /** The built-in model's id. */
    public static final String GUIDE = "apex/guide";

    public ModelsConfig {
        providers = List.copyOf(providers);
        toolsOff = Set.copyOf(toolsOff);
        var names = new HashSet<String>();
        for (ProviderConfig provider : providers) {
            if (!names.add(provider.name())) {
                throw new IllegalArgumentException("two providers called " + provider.name());
            }
        }
    }

    /** Only the built-in model. */
    public static ModelsConfig guideOnly() {
        return new ModelsConfig(List.of(), GUIDE, Duration.ofMinutes(1), Set.of());
    }
}
