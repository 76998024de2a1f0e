package ai.netra.apex.backend.run;

/** Which models can be asked right now. Answers from memory, never from the network. */
public interface RunModels {

    /** The id of the model that answers when a message names none. */
    String defaultModel();

    /** Whether {@code model} can be asked. */
    boolean offers(String model);
}
