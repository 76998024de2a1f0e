package ai.netra.apex.backend.model;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one call of a model was, for usage and monitoring.
 *
 * @param model the catalog's id
 * @param outcome {@code ok}, {@code stopped} or {@code failed}
 * @param error the kind of failure in lower case; empty when there is none
 * @param firstTokenMillis until the first piece; -1 when none came
 * @param attempts requests sent, at least 1; 0 when none was
 */
public record CallRecord(
        Instant time,
        UUID userId,
        @Nullable UUID threadId,
        @Nullable UUID runId,
        String source,
        String provider,
        String model,
        String outcome,
        String error,
        TokenUsage tokens,
        long firstTokenMillis,
        long durationMillis,
        int toolCalls,
        int attempts) {

    /** Takes note of a call; must return at once and never throw. */
    public interface Observer {
        void called(CallRecord call);
    }
}
