package ai.netra.apex.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a service is configured with and why, valid or not: each setting with its value, its source,
 * its default and what can be said about it. Secrets are hidden.
 *
 * @param tier the tier, or local where it is not known
 * @param rows one for each setting
 * @param problems what is wrong
 */
public record ConfigExplanation(Tier tier, List<Row> rows, List<ConfigProblem> problems) {
    /**
     * One setting.
     *
     * @param service the service
     * @param key its key
     * @param value its value, {@code [secret]}, or empty when it has none or an invalid one
     * @param source where the value came from
     * @param defaultValue its default in this tier, or empty
     * @param type its type
     * @param required whether it must be given in this tier
     * @param secret whether it is a credential
     * @param constraints what it must fulfil, in words
     * @param reloadable whether it can be changed while the service runs
     * @param description what it is for
     */
    public record Row(
            String service,
            String key,
            String value,
            String source,
            String defaultValue,
            String type,
            boolean required,
            boolean secret,
            List<String> constraints,
            boolean reloadable,
            String description) {}

    public ConfigExplanation {
        rows = List.copyOf(rows);
        problems = List.copyOf(problems);
    }

    /** Explains every setting of a service. */
    public static ConfigExplanation of(ServiceSettings settings, ConfigSources sources) {
        ConfigLoader.Loaded loaded = ConfigLoader.load(settings, sources);
        List<Row> rows = new ArrayList<>();
        for (Setting<?> setting : settings.settings()) {
            rows.add(row(settings, setting, loaded));
        }
        return new ConfigExplanation(loaded.tier(), rows, loaded.problems());
    }

    private static <T> Row row(
            ServiceSettings settings, Setting<T> setting, ConfigLoader.Loaded loaded) {
        AppConfig partial = loaded.valid();
        boolean known = partial.isResolved(setting);
        return new Row(
                settings.service(),
                setting.key(),
                known ? partial.display(setting).orElse("") : "",
                known ? partial.origin(setting).toString() : "invalid or not set",
                setting.defaultIn(loaded.tier()).map(setting.type()::format).orElse(""),
                setting.type().name(),
                setting.isRequiredIn(loaded.tier()),
                setting.isSecret(),
                setting.constraints().stream()
                        .filter(constraint -> constraint.tiers().contains(loaded.tier()))
                        .map(constraint -> "must " + constraint.description())
                        .toList(),
                setting.isReloadable(),
                setting.description());
    }

    /** The row of one key. */
    public Optional<Row> row(String key) {
        return rows.stream().filter(row -> row.key().equals(key)).findFirst();
    }

    /** Everything about one setting, for people. */
    public static String describe(Row row) {
        StringBuilder text = new StringBuilder();
        text.append(row.key()).append('\n');
        text.append("  ").append(row.description()).append('\n');
        line(text, "value", row.value());
        line(text, "source", row.source());
        line(text, "default", row.defaultValue());
        line(text, "type", row.type());
        row.constraints().forEach(constraint -> line(text, "constraint", constraint));
        line(text, "reload", row.reloadable() ? "while the service runs" : "with a restart");
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-11s %s%n".formatted(name + ":", value.isEmpty() ? "-" : value));
    }

    /** A line for each setting, for people. */
    public String table() {
        int keyWidth = rows.stream().mapToInt(row -> row.key().length()).max().orElse(0);
        int valueWidth =
                rows.stream().mapToInt(row -> Math.min(40, row.value().length())).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            String value = row.value().isEmpty() ? "-" : row.value();
            text.append(pad(row.key(), keyWidth))
                    .append("  ")
                    .append(pad(value, valueWidth))
                    .append("  ")
                    .append(row.source())
                    .append('\n');
        }
        return text.toString();
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** For programs: {@code {"service","tier","values":[…],"problems":[…]}} with these rows. */
    public String json(String service, List<Row> shown) {
        StringBuilder text = new StringBuilder("{\"service\":").append(Json.quote(service));
        text.append(",\"tier\":").append(Json.quote(tier.label())).append(",\"values\":[");
        String separator = "";
        for (Row row : shown) {
            text.append(separator)
                    .append("{\"service\":%s,".formatted(Json.quote(row.service())))
                    .append("\"key\":%s,".formatted(Json.quote(row.key())))
                    .append("\"value\":%s,".formatted(Json.quote(row.value())))
                    .append("\"source\":%s,".formatted(Json.quote(row.source())))
                    .append("\"default\":%s,".formatted(Json.quote(row.defaultValue())))
                    .append("\"type\":%s,".formatted(Json.quote(row.type())))
                    .append("\"required\":%s,".formatted(row.required()))
                    .append("\"secret\":%s,".formatted(row.secret()))
                    .append("\"reloadable\":%s,".formatted(row.reloadable()))
                    .append("\"description\":%s}".formatted(Json.quote(row.description())));
            separator = ",";
        }
        return text.append("],").append(ProblemReport.json(problems).substring(1)).toString();
    }
}
