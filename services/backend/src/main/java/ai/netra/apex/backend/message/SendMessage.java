package ai.netra.apex.backend.message;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message to be accepted, or an answer to be made anew.
 *
 * @param clientMessageId the sender's own id: the same one again means the same message
 * @param content the text; null when an answer is made anew
 * @param model which model answers; null for the usual one
 * @param place after which message it goes
 * @param regenerate whether the user's message at {@code place} is answered again
 */
public record SendMessage(
        UUID threadId,
        String clientMessageId,
        @Nullable String content,
        @Nullable String model,
        Place place,
        boolean regenerate) {

    /**
     * After which message: the end of the branch shown when not {@code given}; else {@code
     * parentId}, which is null for the beginning of the thread.
     */
    public record Place(boolean given, @Nullable UUID parentId) {

        /** The end of the branch shown. */
        public static final Place END = new Place(false, null);
    }
}
