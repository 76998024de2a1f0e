package ai.netra.apex.backend.tool;

/** A tool could not do its work; the message says why, for the model and the person. */
public final class ToolException extends Exception {

    public ToolException(String message) {
        super(message);
    }

    public ToolException(String message, Throwable cause) {
        super(message, cause);
    }
}
