package ai.netra.apex.backend.run;

import java.util.UUID;

/**
 * A run to be made.
 *
 * @param questionId the user's message that is answered
 * @param answerId the message that becomes the answer
 */
public record NewRun(
        UUID id, UUID threadId, UUID userId, UUID questionId, UUID answerId, String model) {}
