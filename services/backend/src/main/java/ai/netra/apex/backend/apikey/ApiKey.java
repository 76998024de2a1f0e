package ai.netra.apex.backend.apikey;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key as its person sees it later: without the key itself.
 *
 * @param prefix its first characters, to tell it from others
 * @param lastUsedAt to the minute; null when never
 */
public record ApiKey(
        UUID id, String name, String prefix, Instant createdAt, @Nullable Instant lastUsedAt) {}
