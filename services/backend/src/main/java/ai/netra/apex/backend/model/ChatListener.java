package ai.netra.apex.backend.model;

/** Hears an answer grow. Called from the thread that asked, in order. */
public interface ChatListener {

    /** The next piece of the answer; never empty. */
    void text(String piece);

    /** The next piece of the model's reasoning, where the provider shows it. */
    default void thinking(String piece) {}
}
