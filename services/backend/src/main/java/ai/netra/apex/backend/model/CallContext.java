package ai.netra.apex.backend.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * For whom and by when a model is asked.
 *
 * @param threadId null outside a thread
 * @param runId null outside a run
 * @param source {@code run} for a chat, {@code api} for the OpenAI-compatible endpoint
 */
public record CallContext(
        UUID userId,
        @Nullable UUID threadId,
        @Nullable UUID runId,
        String source,
        Instant deadline,
        Cancellation cancellation) {}
