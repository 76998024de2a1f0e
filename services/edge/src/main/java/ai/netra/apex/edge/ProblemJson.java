package ai.netra.apex.edge;

import ai.netra.apex.contracts.Problem;

/** Problem documents as JSON text; members without a value are left out. */
final class ProblemJson {
    private ProblemJson() {}

    static String of(Problem problem) {
        var json = new StringBuilder(256).append('{');
        member(json, "type", problem.type()).append(',');
        member(json, "title", problem.title()).append(',');
        json.append("\"status\":").append(problem.status()).append(',');
        member(json, "detail", problem.detail()).append(',');
        member(json, "code", problem.code()).append(',');
        member(json, "correlationId", problem.correlationId()).append(',');
        json.append("\"retryable\":").append(problem.retryable());
        Integer retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            json.append(",\"retryAfterSeconds\":").append(retryAfter.intValue());
        }
        return json.append('}').toString();
    }

    /** The same in the shape that OpenAI's clients read. */
    static String forPrograms(Problem problem) {
        String type =
                problem.status() >= 500
                        ? "server_error"
                        : problem.status() == 429 ? "requests" : "invalid_request_error";
        var json = new StringBuilder(256).append("{\"error\":{");
        member(json, "message", problem.detail()).append(',');
        member(json, "type", type).append(",\"param\":null,");
        return member(json, "code", problem.code()).append("}}").toString();
    }

    private static StringBuilder member(StringBuilder json, String name, String value) {
        return json.append('"').append(name).append("\":").append(string(value));
    }

    /** {@code text} as a JSON string with its quotes. */
    static String string(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20 || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
