package ai.netra.apex.backend.guide;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Words the guide's answers from what its tools gave back. Stateless; Markdown. */
final class Answers {

    private static final Map<String, String> WITHOUT =
            Map.of(
                    "redis",
                    "answers still stream, but resuming one on another replica is limited",
                    "clickhouse",
                    "usage is buffered on disk and shown later",
                    "auth",
                    "people who are signed in go on working; new sign-ins have to wait",
                    "models",
                    "its models cannot answer; others can");

    private Answers() {}

    static String greeting() {
        return """
        Hello! I am the **Apex Guide**. I am not a language model: I look things up and tell you \
        where I found them.

        You can ask me, for instance:

        - *How do I connect a model?*
        - *What did I ask about backups?* (I search your own threads)
        - *How many tokens have I used this month?*
        - *Is everything running?*
        """;
    }

    static String thanks() {
        return "You are welcome. Ask whenever you want something looked up.";
    }

    static String capabilities(boolean otherModels) {
        String more =
                otherModels
                        ? "For open questions, choose one of the language models in the model"
                                + " picker."
                        : "For open questions, an operator can connect a language model: an OpenAI"
                                + " compatible server, Anthropic, Gemini or Ollama. Ask me *How do"
                                + " I connect a model?*";
        return """
        I am the **Apex Guide**, built into Netra Apex. I am **no language model (LLM)**: I do not \
        write texts or reason freely. I read your question, decide what to look up, look it up, and \
        answer from what I found, with its source.

        | I can | For example |
        | --- | --- |
        | Search the documentation | *How are runs resumed after a reload?* |
        | Search your own threads | *What did I say about certificates?* |
        | Show your usage | *How many tokens have I used this week?* |
        | Look at the platform's health | *Is everything up?* |
        | List the models | *Which models are available?* |
        | Tell the time | *What time is it in Tokyo?* |

        """
                + more
                + "\n";
    }

    static String health(JsonNode result) {
        JsonNode parts = result.path("parts");
        String status = result.path("status").asString("unknown");
        var text = new StringBuilder();
        text.append(
                switch (status) {
                    case "up" -> "**Everything is up.**";
                    case "degraded" ->
                            "**The platform works, with something missing** (status: degraded).";
                    default -> "**The platform is not well** (status: " + status + ").";
                });
        if (!parts.isEmpty()) {
            text.append("\n\n| Part | State | Answered in |\n| --- | --- | --- |\n");
        }
        List<String> notes = new ArrayList<>();
        for (JsonNode part : parts) {
            String name = part.path("name").asString("");
            boolean up = part.path("status").asString("").equals("up");
            text.append("| ")
                    .append(name)
                    .append(" | ")
                    .append(up ? "up" : "**down**")
                    .append(" | ")
                    .append(part.path("latencyMillis").asLong(0))
                    .append(" ms |\n");
            if (!up) {
                String effect = WITHOUT.get(name.toLowerCase(Locale.ROOT));
                String detail = part.path("detail").asString("");
                notes.add(
                        "- **"
                                + name
                                + "** is away"
                                + (effect == null ? "" : ": " + effect)
                                + "."
                                + (detail.isBlank() ? "" : " It says: " + detail));
            }
        }
        if (!notes.isEmpty()) {
            text.append('\n').append(String.join("\n", notes)).append('\n');
        }
        return text.toString();
    }

    static String models(JsonNode result) {
        JsonNode models = result.path("models");
        var text = new StringBuilder();
        int others = result.path("count").asInt(0) - 1;
        if (others <= 0) {
            return """
            There is only me, the **Apex Guide**, and I am no language model. An operator can \
            connect one: an OpenAI-compatible server, Anthropic, Gemini, or an Ollama on this \
            machine, which is found by itself. Ask me *How do I connect a model?*
            """;
        }
        text.append("These models can be chosen in the model picker:\n\n");
        text.append("| Model | Provider | State |\n| --- | --- | --- |\n");
        for (JsonNode model : models) {
            boolean available = model.path("available").asBoolean(false);
            text.append("| `")
                    .append(model.path("id").asString(""))
                    .append("` | ")
                    .append(model.path("provider").asString(""))
                    .append(" | ")
                    .append(available ? "available" : "**not available**")
                    .append(model.path("default").asBoolean(false) ? ", default" : "")
                    .append(" |\n");
        }
        if (models.size() <= others) {
            text.append("\nand ").append(others + 1 - models.size()).append(" more.\n");
        }
        return text.toString();
    }

    static String time(JsonNode result) {
        return "It is **"
                + result.path("spoken").asString("")
                + "** ("
                + result.path("zone").asString("UTC")
                + ").";
    }

    static String usage(JsonNode result) {
        JsonNode total = result.path("total");
        long calls = total.path("calls").asLong(0);
        String span = result.path("from").asString("") + " to " + result.path("to").asString("");
        var text = new StringBuilder();
        if (!result.path("available").asBoolean(true)) {
            text.append(
                    "The usage store is away right now, so I cannot add up what was counted"
                            + " before; calls are buffered and will be counted when it is back.\n");
            return text.toString();
        }
        if (calls == 0) {
            return "No model calls of yours are counted yet (" + span + ", UTC days).";
        }
        text.append("From ").append(span).append(" you made **").append(number(calls));
        text.append(calls == 1 ? " model call**" : " model calls**");
        text.append(" with **").append(number(total.path("inputTokens").asLong(0)));
        text.append(" input** and **").append(number(total.path("outputTokens").asLong(0)));
        text.append(" output tokens**.\n\n| Model | Calls | Input | Output |\n");
        text.append("| --- | ---: | ---: | ---: |\n");
        for (JsonNode row : result.path("items")) {
            text.append("| `").append(row.path("model").asString("")).append("` | ");
            text.append(number(row.path("calls").asLong(0))).append(" | ");
            text.append(number(row.path("inputTokens").asLong(0))).append(" | ");
            text.append(number(row.path("outputTokens").asLong(0))).append(" |\n");
        }
        text.append("\nThe usage page shows it by day. My own answers are counted too, with")
                .append(" estimated tokens.\n");
        return text.toString();
    }

    static String threads(String subject, JsonNode result) {
        JsonNode items = result.path("items");
        if (items.isEmpty()) {
            return subject.isEmpty()
                    ? "You have no other threads yet."
                    : "I searched your threads for **"
                            + plain(subject)
                            + "** and found nothing. Other words may help; I look for whole words"
                            + " and their forms.";
        }
        var text = new StringBuilder();
        text.append(
                subject.isEmpty()
                        ? "Your latest threads:\n\n"
                        : "In your threads I found **" + plain(subject) + "** here:\n\n");
        for (JsonNode item : items) {
            String title = item.path("title").asString("");
            text.append("- [")
                    .append(title.isBlank() ? "Untitled thread" : plain(title))
                    .append("](/c/")
                    .append(item.path("threadId").asString(""))
                    .append(")");
            String time = item.path("time").asString("");
            if (time.length() >= 10) {
                text.append(", ").append(time, 0, 10);
            }
            String excerpt = item.path("excerpt").asString("");
            if (!excerpt.isBlank()) {
                boolean own = item.path("role").asString("user").equals("user");
                text.append(own ? " — you: “" : " — answer: “").append(plain(excerpt)).append("”");
            }
            text.append('\n');
        }
        if (result.path("more").asBoolean(false)) {
            text.append("\nThere are more; the search in the side bar shows them all.\n");
        }
        return text.toString();
    }

    static String documentation(List<JsonNode> sections) {
        var text = new StringBuilder();
        List<String> sources = new ArrayList<>();
        for (JsonNode section : sections) {
            String number = "[" + (sources.size() + 1) + "]";
            text.append("**")
                    .append(plain(section.path("section").asString("")))
                    .append("** ")
                    .append(number)
                    .append("\n\n")
                    .append(section.path("passage").asString(""))
                    .append("\n\n");
            sources.add(number + " " + section.path("citation").asString(""));
        }
        return text.append("*Sources: ")
                .append(String.join("; ", sources))
                .append("*\n")
                .toString();
    }

    static String nothing(String question, boolean searchedThreads, boolean otherModels) {
        return "I looked in the documentation"
                + (searchedThreads ? " and in your own threads" : "")
                + " and found nothing that answers this"
                + (question.isBlank() ? "" : " (“" + plain(question) + "”)")
                + ". I am no language model, so I will not make something up.\n\n"
                + (otherModels
                        ? "Choose a language model in the model picker and ask it, or ask me with"
                                + " other words.\n"
                        : "You can ask with other words, or have an operator connect a language"
                                + " model: ask me *How do I connect a model?*\n");
    }

    static String failed(String what, JsonNode result) {
        return "I tried to "
                + what
                + ", but it did not work: "
                + result.path("error").asString("it failed")
                + ".\n";
    }

    /** Text of people in one line, without the marks that would become Markdown. */
    private static String plain(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        String shortened = line.length() > 240 ? line.substring(0, 240) + "…" : line;
        return shortened.replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
    }

    private static String number(long value) {
        return String.format(Locale.ENGLISH, "%,d", value);
    }
}
