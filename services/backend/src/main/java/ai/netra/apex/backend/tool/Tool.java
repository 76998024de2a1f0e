package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * Something a model can have done. Acts with the rights of the person who asked, and only reads.
 * Thread-safe.
 */
public interface Tool {

    /** What models are told; the parameters are checked against its schema before a call. */
    ToolSpec spec();

    /** How long a call may take. */
    default Duration limit() {
        return Duration.ofSeconds(10);
    }

    /**
     * Does it. Called on a thread that is interrupted when the limit is over or the run is stopped.
     *
     * @param arguments an object that fits the schema
     * @return a JSON object
     * @throws Exception when it cannot be done; the model is told so in general words, except for a
     *     {@link ToolException}, whose message it is told
     */
    JsonNode call(JsonNode arguments, ToolContext context) throws Exception;
}
