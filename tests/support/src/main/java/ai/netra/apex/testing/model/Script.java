package ai.netra.apex.testing.model;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the provider answers to one request: steps in order. Immutable; each method returns a longer
 * script.
 */
public record Script(List<Step> steps) {

    public Script {
        steps = List.copyOf(steps);
    }

    /** A script that says these pieces of text. */
    public static Script text(String... pieces) {
        var script = new Script(List.of());
        for (String piece : pieces) {
            script = script.then(new Step.Text(piece));
        }
        return script;
    }

    /** A script without a step yet. */
    public static Script begin() {
        return new Script(List.of());
    }

    /** An error answer in the protocol's own shape. */
    public static Script failure(int status, String code, String message) {
        return new Script(List.of(new Step.Failure(status, code, message, Map.of())));
    }

    /** An error answer with {@code Retry-After}. */
    public static Script failure(int status, String code, String message, String retryAfter) {
        return new Script(
                List.of(
                        new Step.Failure(
                                status, code, message, Map.of("Retry-After", retryAfter))));
    }

    public Script then(Step step) {
        var longer = new ArrayList<>(steps);
        longer.add(step);
        return new Script(longer);
    }

    public Script say(String text) {
        return then(new Step.Text(text));
    }

    /** Says a piece that tells when it was sent, for measuring how long it travels. */
    public Script sayStamped(String text) {
        return then(new Step.StampedText(text));
    }

    public Script think(String text) {
        return then(new Step.Thinking(text));
    }

    public Script pause(Duration length) {
        return then(new Step.Pause(length));
    }

    public Script toolCall(String id, String name, String arguments) {
        return then(new Step.ToolCall(id, name, arguments));
    }

    public Script usage(int input, int output) {
        return then(new Step.Usage(input, output));
    }

    public Script raw(String text) {
        return then(
                new Step.Raw(
                        new String(
                                text.getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1)));
    }

    public Script headers() {
        return then(new Step.Headers());
    }

    public Script silence() {
        return then(new Step.Silence());
    }

    public Script cut() {
        return then(new Step.Cut());
    }
}
