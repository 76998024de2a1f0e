package ai.netra.apex.backend.message;

import ai.netra.apex.backend.run.Usage;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as clients see it.
 *
 * @param role {@code user} or {@code assistant}
 * @param status {@code complete}, {@code streaming}, {@code failed} or {@code stopped}
 * @param runId the run that makes or made this answer
 * @param steps what happened on the way to this answer, a JSON array
 * @param problem why this answer failed, a problem document
 * @param siblings the other messages in this place; null when there are none
 */
public record MessageView(
        UUID id,
        UUID threadId,
        String role,
        String content,
        Instant createdAt,
        String status,
        @Nullable UUID parentId,
        @Nullable String model,
        @Nullable UUID runId,
        @Nullable String clientMessageId,
        @Nullable Long durationMs,
        @Nullable Usage usage,
        @JsonRawValue @Nullable String problem,
        @Nullable Siblings siblings,
        @JsonRawValue @Nullable String steps) {

    MessageView with(Siblings others) {
        return new MessageView(
                id,
                threadId,
                role,
                content,
                createdAt,
                status,
                parentId,
                model,
                runId,
                clientMessageId,
                durationMs,
                usage,
                problem,
                others,
                steps);
    }

    /**
     * All messages with the same parent, oldest first.
     *
     * @param index this one's place among them, from 1
     */
    public record Siblings(int index, int count, List<UUID> ids) {
        public Siblings {
            ids = List.copyOf(ids);
        }
    }
}
