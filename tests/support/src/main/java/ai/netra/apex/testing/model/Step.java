package ai.netra.apex.testing.model;

import java.time.Duration;
import java.util.Map;

/** One thing a scripted answer does, in order. */
public sealed interface Step {

    /** Waits before going on. */
    record Pause(Duration length) implements Step {}

    /** Sends the status line and headers now, before there is anything to say. */
    record Headers() implements Step {}

    /** A piece of the answer's text. */
    record Text(String text) implements Step {}

    /** A piece of text that ends with the time it was sent, {@code @<microseconds since 1970> }. */
    record StampedText(String text) implements Step {}

    /** A piece of the model's reasoning, where the protocol has a place for it. */
    record Thinking(String text) implements Step {}

    /** The model asks for a tool; {@code arguments} is a JSON object. */
    record ToolCall(String id, String name, String arguments) implements Step {}

    /** Tokens to report at the end. */
    record Usage(int input, int output) implements Step {}

    /**
     * Why the answer ends, in OpenAI's words: {@code stop}, {@code length}, {@code content_filter}.
     */
    record Finish(String reason) implements Step {}

    /** Bytes of the body as they are, whatever the protocol says: one character is one byte. */
    record Raw(String latin1) implements Step {}

    /** From here on every byte of the body travels in a chunk and a packet of its own. */
    record OneByteAtATime() implements Step {}

    /** Sends nothing more and keeps the connection, until the client goes. */
    record Silence() implements Step {}

    /** Breaks the connection with a TCP reset. */
    record Cut() implements Step {}

    /** Ends the body in good form without the protocol's own end. */
    record EndEarly() implements Step {}

    /** Answers with an error in the protocol's own shape; the only step of its script. */
    record Failure(int status, String code, String message, Map<String, String> headers)
            implements Step {
        public Failure {
            headers = Map.copyOf(headers);
        }
    }

    /** An error inside a stream that has begun. */
    record StreamError(String message) implements Step {}
}
