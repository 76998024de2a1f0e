package ai.netra.apex.backend.message;

import java.util.UUID;

/**
 * What the sender is told once a message is durable.
 *
 * @param message the user's message
 * @param runId the run that answers it
 * @param answerId the message that becomes the answer
 */
public record Accepted(MessageView message, UUID runId, UUID answerId, UUID threadId) {}
