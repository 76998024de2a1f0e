package ai.netra.apex.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one run of a scenario saw: figures, the raw rounds behind them, and on what machine. Not
 * thread-safe: a scenario adds to it from one thread.
 */
public final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final String scenario;
    private final String command;
    private final Instant time;
    private final List<Metric> metrics = new ArrayList<>();
    private final List<Map<String, Object>> rounds = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String peer = "";

    public Report(String scenario, String command, Instant time) {
        this.scenario = scenario;
        this.command = command;
        this.time = time;
    }

    /** Names what the figures stand beside. */
    public void peer(String name) {
        peer = name;
    }

    /** Adds a figure to the table. */
    public void add(Metric metric) {
        metrics.add(metric);
    }

    /** Keeps one raw round: what was measured before anything was averaged. */
    public void round(Map<String, ?> round) {
        rounds.add(new LinkedHashMap<>(round));
    }

    /** A sentence that a reader of the figures needs. */
    public void note(String sentence) {
        notes.add(sentence);
    }

    /** The figures so far. */
    public List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    /** Prints the table. */
    public void print(PrintStream out) {
        int width = metrics.stream().mapToInt(m -> m.name().length()).max().orElse(10);
        out.printf("%n%s%n", scenario);
        for (Metric m : metrics) {
            out.printf(
                    "  %-" + width + "s  %12s %-8s", m.name(), Metric.format(m.value()), m.unit());
            if (m.peer() != null) {
                out.printf("  peer %12s", Metric.format(m.peer()));
            }
            if (m.ratio() != null) {
                out.printf("  ratio %s", Metric.format(m.ratio()));
            }
            if (m.goal() != null) {
                out.printf("  %s: %s", m.goal(), Objects.equals(m.met(), true) ? "met" : "NOT MET");
            }
            out.println();
        }
        notes.forEach(n -> out.println("  " + n));
    }

    /** Writes {@code <directory>/<scenario>.json}, and beside it a chart of its figures. */
    public Path write(Path directory) throws IOException {
        var document = new LinkedHashMap<String, Object>();
        document.put("scenario", scenario);
        document.put("time", time.toString());
        document.put("command", command);
        document.put("machine", Machine.describe());
        document.put("peer", peer);
        document.put("metrics", metrics);
        document.put("notes", notes);
        document.put("rounds", rounds);
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve(scenario + ".svg"),
                Chart.draw(scenario, command, time.toString(), peer, metrics));
        Path file = directory.resolve(scenario + ".json");
        return Files.writeString(file, JSON.writeValueAsString(document) + "\n");
    }
}
