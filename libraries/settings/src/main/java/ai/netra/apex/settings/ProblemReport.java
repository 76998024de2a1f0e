package ai.netra.apex.settings;

import java.util.List;

/** Prints problems, for people and for programs. */
public final class ProblemReport {
    private ProblemReport() {}

    /** For people: each problem with its source, and what to do. */
    public static String human(List<ConfigProblem> problems) {
        StringBuilder text = new StringBuilder();
        text.append(
                problems.size() == 1
                        ? "The configuration has 1 problem:\n"
                        : "The configuration has " + problems.size() + " problems:\n");
        int number = 0;
        for (ConfigProblem problem : problems) {
            number++;
            text.append("\n %d. %s %s%n".formatted(number, problem.key(), problem.reason()));
            text.append(
                    "    service: %s, source: %s%n".formatted(problem.service(), problem.source()));
            text.append("    %s%n".formatted(problem.suggestion()));
            text.append("    See %s%n".formatted(problem.reference()));
        }
        return text.toString();
    }

    /** For programs: {@code {"problems":[{"service","key","source","reason","suggestion"}]}}. */
    public static String json(List<ConfigProblem> problems) {
        StringBuilder text = new StringBuilder("{\"problems\":[");
        String separator = "";
        for (ConfigProblem problem : problems) {
            text.append(separator).append('{');
            field(text, "service", problem.service()).append(',');
            field(text, "key", problem.key()).append(',');
            field(text, "source", problem.source()).append(',');
            field(text, "reason", problem.reason()).append(',');
            field(text, "suggestion", problem.suggestion()).append(',');
            field(text, "reference", problem.reference()).append('}');
            separator = ",";
        }
        return text.append("]}").toString();
    }

    private static StringBuilder field(StringBuilder text, String name, String value) {
        return text.append(Json.quote(name)).append(':').append(Json.quote(value));
    }
}
