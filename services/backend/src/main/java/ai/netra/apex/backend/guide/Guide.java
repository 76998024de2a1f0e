package ai.netra.apex.backend.guide;

import ai.netra.apex.backend.model.Cancellation;
import ai.netra.apex.backend.run.ChatTurn;
import ai.netra.apex.backend.run.RunSink;
import ai.netra.apex.backend.tool.ToolContext;
import ai.netra.apex.backend.tool.ToolOutcome;
import ai.netra.apex.backend.tool.ToolRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers without a language model: reads what is asked by patterns, plans which tools to call,
 * calls them through the same events as every model, and words what they gave back. It says what it
 * is, cites its sources, and says so when it found nothing. Thread-safe.
 */
public final class Guide {

    private static final double GOOD_COVERAGE = 0.6;
    private static final int SECTIONS_SHOWN = 2;

    private final ToolRegistry tools;
    private final BooleanSupplier otherModels;
    private final Duration pause;

    /**
     * @param otherModels whether there is a language model to be chosen
     * @param pause between the pieces of an answer; zero for none
     */
    public Guide(ToolRegistry tools, BooleanSupplier otherModels, Duration pause) {
        this.tools = tools;
        this.otherModels = otherModels;
        this.pause = pause;
    }

    /**
     * Answers the last turn of {@code history}.
     *
     * @return the whole answer, or what there is of it when the run was stopped
     */
    public String answer(List<ChatTurn> history, ToolContext context, RunSink sink) {
        String message = history.getLast().content();
        var cancellation = new Cancellation();
        try (var _ = sink.onStop(cancellation::cancel)) {
            var typewriter = new Typewriter(sink, pause);
            var steps = new Steps(tools, context, sink, cancellation);
            Reading reading = Reading.of(message);
            boolean first = true;
            for (Intent intent : reading.intents()) {
                if (sink.stopped()) {
                    break;
                }
                String part = part(intent, reading, message, history, steps);
                typewriter.write((first ? "" : "\n\n") + part.stripTrailing());
                first = false;
            }
            return typewriter.text();
        }
    }

    private String part(
            Intent intent, Reading reading, String message, List<ChatTurn> history, Steps steps) {
        return switch (intent) {
            case GREETING -> Answers.greeting();
            case THANKS -> Answers.thanks();
            case CAPABILITIES -> Answers.capabilities(otherModels.getAsBoolean());
            case HEALTH -> {
                steps.think("You ask how the platform is; I look at its health.");
                ToolOutcome health = steps.call("platform_health", object());
                yield health.succeeded()
                        ? Answers.health(health.result())
                        : Answers.failed("look at the platform's health", health.result());
            }
            case MODELS -> {
                steps.think("You ask which models there are; I list them.");
                ToolOutcome models = steps.call("list_models", object());
                yield models.succeeded()
                        ? Answers.models(models.result())
                        : Answers.failed("list the models", models.result());
            }
            case TIME -> {
                ObjectNode arguments = object();
                if (reading.zone() != null) {
                    arguments.put("zone", reading.zone());
                }
                ToolOutcome time = steps.call("current_time", arguments);
                yield time.succeeded()
                        ? Answers.time(time.result())
                        : Answers.failed("look at the clock", time.result());
            }
            case USAGE -> {
                steps.think("You ask about your usage; I add up what was counted.");
                ObjectNode arguments = object().put("days", days(message));
                ToolOutcome usage = steps.call("get_usage", arguments);
                yield usage.succeeded()
                        ? Answers.usage(usage.result())
                        : Answers.failed("look up your usage", usage.result());
            }
            case OWN_THREADS -> {
                String subject = reading.subject();
                steps.think(
                        subject.isEmpty()
                                ? "You ask for your threads; I list the latest ones."
                                : "You ask about your own threads; I search them for “"
                                        + subject
                                        + "”.");
                ObjectNode arguments = object();
                if (!subject.isEmpty()) {
                    arguments.put("query", shortened(subject, 200));
                }
                ToolOutcome found = steps.call("search_threads", arguments);
                yield found.succeeded()
                        ? Answers.threads(subject, found.result())
                        : Answers.failed("search your threads", found.result());
            }
            case QUESTION -> question(topic(reading, message, history), steps);
        };
    }

    /** Documentation first; the person's own threads when that has no good answer. */
    private String question(String topic, Steps steps) {
        steps.think("I look this up in the documentation.");
        ObjectNode arguments = object().put("query", shortened(topic, 500));
        ToolOutcome found = steps.call("search_documentation", arguments);
        List<JsonNode> good = good(found.result().path("sections"));
        if (!good.isEmpty()) {
            return Answers.documentation(good);
        }
        boolean searchable = tools.has("search_threads") && !steps.stopped();
        if (searchable) {
            steps.think("The documentation has no good answer; I search your own threads.");
            ObjectNode query = object().put("query", shortened(topic, 200));
            ToolOutcome own = steps.call("search_threads", query);
            if (own.succeeded() && !own.result().path("items").isEmpty()) {
                return "The documentation has nothing on this, but your own threads have.\n\n"
                        + Answers.threads(shortened(topic, 80), own.result());
            }
        }
        return Answers.nothing(shortened(topic, 80), searchable, otherModels.getAsBoolean());
    }

    /** The sections worth showing: what covers the question, and close to the best. */
    private static List<JsonNode> good(JsonNode sections) {
        List<JsonNode> good = new ArrayList<>();
        double best = 0;
        for (JsonNode section : sections) {
            double coverage = section.path("coverage").asDouble(0);
            boolean close = good.isEmpty() || coverage >= best;
            if (coverage >= GOOD_COVERAGE && close && good.size() < SECTIONS_SHOWN) {
                best = Math.max(best, coverage);
                good.add(section);
            }
        }
        return good;
    }

    /** What is asked; with the question before it when this one only makes sense after it. */
    private static String topic(Reading reading, String message, List<ChatTurn> history) {
        if (!reading.followsUp()) {
            return message;
        }
        for (int i = history.size() - 2; i >= 0; i--) {
            ChatTurn turn = history.get(i);
            if (turn.role() == ChatTurn.Role.USER) {
                return turn.content() + " " + message;
            }
        }
        return message;
    }

    private static int days(String message) {
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("today")) {
            return 1;
        }
        if (lower.contains("week")) {
            return 7;
        }
        return lower.contains("year") ? 365 : 30;
    }

    private static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static String shortened(String text, int most) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= most ? line : line.substring(0, most);
    }

    /** The steps of one answer, told to the sink. */
    private static final class Steps {
        private final ToolRegistry tools;
        private final ToolContext context;
        private final RunSink sink;
        private final Cancellation cancellation;
        private int step;

        private Steps(
                ToolRegistry tools, ToolContext context, RunSink sink, Cancellation cancellation) {
            this.tools = tools;
            this.context = context;
            this.sink = sink;
            this.cancellation = cancellation;
        }

        private void think(String thought) {
            sink.thinking(thought, ++step);
        }

        private boolean stopped() {
            return sink.stopped();
        }

        private ToolOutcome call(String tool, ObjectNode arguments) {
            sink.toolExecuting(tool, arguments.toString());
            ToolOutcome outcome = tools.call(tool, arguments.toString(), context, cancellation);
            sink.toolCompleted(tool, outcome.result().toString(), outcome.durationMillis());
            return outcome;
        }
    }
}
