package ai.netra.apex.backend.thread;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A thread as clients see it.
 *
 * @param titleSource {@code none}, {@code generated} or {@code user}
 * @param updatedAt the last activity: a message, or the end of an answer
 * @param activeMessageId the last message of the branch shown; null while the thread is empty
 * @param runningRunId the run that is answering there; null when none is
 * @param undoUntil until when a deleted thread can be had back
 */
public record ThreadView(
        UUID id,
        String title,
        String titleSource,
        boolean pinned,
        Instant createdAt,
        Instant updatedAt,
        @Nullable UUID activeMessageId,
        @Nullable UUID runningRunId,
        @Nullable Instant deletedAt,
        @Nullable Instant undoUntil) {}
