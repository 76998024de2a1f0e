package ai.netra.apex.launcher.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Times of different services that run inside each other, the longest first: a request at the edge
 * holds a run, which holds transactions. Inside a service its own rules see to it.
 */
final class TimeLadder {

    private record Rung(String service, String key) {}

    private static final List<Rung> REQUEST =
            List.of(
                    new Rung("edge", "EDGE_REQUEST_TIMEOUT"),
                    new Rung("backend", "BACKEND_RUN_MAX_DURATION"),
                    new Rung("backend", "BACKEND_DATABASE_TRANSACTION_TIMEOUT"),
                    new Rung("backend", "BACKEND_DATABASE_STATEMENT_TIMEOUT"));
    private static final List<Rung> SIGN_IN =
            List.of(
                    new Rung("edge", "EDGE_REQUEST_TIMEOUT"),
                    new Rung("auth", "AUTH_DATABASE_TRANSACTION_TIMEOUT"),
                    new Rung("auth", "AUTH_DATABASE_STATEMENT_TIMEOUT"));

    private TimeLadder() {}

    /**
     * Whether services are told anything that their times between each other depend on; otherwise
     * the defaults hold, which fit.
     */
    static boolean isTouchedBy(Map<String, Map<String, String>> environments) {
        return environments.values().stream()
                .flatMap(environment -> environment.keySet().stream())
                .anyMatch(
                        key ->
                                key.endsWith("_CONFIG_FILE")
                                        || Stream.concat(REQUEST.stream(), SIGN_IN.stream())
                                                .anyMatch(rung -> rung.key().equals(key)));
    }

    /** What is wrong between the services; those without a valid value are left out. */
    static List<Problem> check(Map<String, ServiceReport> reports) {
        List<Problem> problems = new ArrayList<>();
        for (List<Rung> ladder : List.of(REQUEST, SIGN_IN)) {
            climb(ladder, reports, problems);
        }
        return problems;
    }

    private static void climb(
            List<Rung> ladder, Map<String, ServiceReport> reports, List<Problem> problems) {
        String upper = "";
        Duration upperTime = Duration.ofSeconds(Long.MAX_VALUE);
        for (Rung rung : ladder) {
            ServiceReport report = reports.get(rung.service());
            Duration time = report == null ? null : report.duration(rung.key()).orElse(null);
            if (report == null || time == null) {
                continue;
            }
            if (time.compareTo(upperTime) >= 0) {
                problems.add(
                        new Problem(
                                rung.service(),
                                rung.key(),
                                report.value(rung.key()).orElseThrow().source(),
                                "is not shorter than " + upper + ", inside which it runs",
                                "Make it shorter than " + upper + ", or that one longer.",
                                "docs/configuration.md#"
                                        + rung.key().toLowerCase(java.util.Locale.ROOT)));
            }
            upper = rung.key();
            upperTime = time;
        }
    }
}
