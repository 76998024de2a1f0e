package ai.netra.apex.backend.message;

/**
 * Bounds of messages.
 *
 * @param maxCharacters UTF-16 units one message may have
 */
public record MessageConfig(int maxCharacters) {

    public static MessageConfig defaults() {
        return new MessageConfig(32_000);
    }
}
