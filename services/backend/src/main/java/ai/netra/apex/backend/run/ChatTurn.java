package ai.netra.apex.backend.run;

/**
 * One turn of a conversation as a model is told it.
 *
 * @param role who spoke
 * @param content the text, not blank
 */
public record ChatTurn(Role role, String content) {

    /** Who spoke. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }
}
