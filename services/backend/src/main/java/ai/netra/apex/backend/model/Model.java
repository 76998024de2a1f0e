package ai.netra.apex.backend.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A model a person can choose.
 *
 * @param id {@code <provider>/<name>}
 * @param name for people
 * @param provider for people
 * @param contextWindow in tokens; null when not known
 * @param available whether its provider answered when last looked at
 * @param isDefault whether it answers when a message names none
 */
public record Model(
        String id,
        String name,
        String provider,
        boolean supportsTools,
        @Nullable Integer contextWindow,
        boolean available,
        @JsonProperty("default") boolean isDefault) {}
