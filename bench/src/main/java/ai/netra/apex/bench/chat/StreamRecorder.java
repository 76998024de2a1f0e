package ai.netra.apex.bench.chat;

import ai.netra.apex.bench.Percentiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Checks and times what arrives: each run's event numbers, each delta by its own number, and how
 * long it was under way. Thread-safe.
 */
final class StreamRecorder {

    private static final Pattern STAMPED = Pattern.compile("w(\\d+)@(\\d+) ");

    private final int expectedRuns;
    private final int deltasPerRun;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    // Guarded by this.
    private final Map<String, Run> runs = new HashMap<>();
    private final List<Double> delays = new ArrayList<>();
    private int ended;
    private int failed;
    private int duplicated;

    StreamRecorder(int expectedRuns, int deltasPerRun) {
        this.expectedRuns = expectedRuns;
        this.deltasPerRun = deltasPerRun;
    }

    /** Takes one frame of the server. */
    synchronized void accept(JsonNode frame) {
        String type = frame.get("type").asString();
        if (type.equals("error")) {
            failed++;
            end();
            return;
        }
        if (frame.get("sequence") == null) {
            return;
        }
        Run run = runs.computeIfAbsent(frame.get("runId").asString(), _ -> new Run());
        int sequence = frame.get("sequence").asInt();
        if (run.sequences.get(sequence)) {
            duplicated++;
            return;
        }
        run.sequences.set(sequence);
        switch (type) {
            case "text_delta" -> deltas(run, frame.get("text").asString());
            case "agent_completed" -> end();
            case "run_failed", "run_stopped" -> {
                failed++;
                end();
            }
            default -> {}
        }
    }

    /** Completes when every run has ended. */
    CompletableFuture<@Nullable Void> done() {
        return done;
    }

    synchronized int received() {
        return delays.size();
    }

    /** Event numbers missing below the highest seen, and deltas that never came. */
    synchronized long lost() {
        long lost = (long) (expectedRuns - runs.size()) * deltasPerRun;
        for (Run run : runs.values()) {
            lost += run.sequences.length() - 1L - run.sequences.cardinality();
            lost += deltasPerRun - run.deltas.cardinality();
        }
        return lost;
    }

    synchronized int duplicated() {
        return duplicated;
    }

    synchronized int failed() {
        return failed;
    }

    synchronized Percentiles delaysMillis() {
        return new Percentiles(delays.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private void deltas(Run run, String text) {
        Instant now = Instant.now();
        double micros = now.getEpochSecond() * 1e6 + now.getNano() / 1e3;
        Matcher delta = STAMPED.matcher(text);
        while (delta.find()) {
            int number = Integer.parseInt(delta.group(1));
            if (run.deltas.get(number)) {
                duplicated++;
            }
            run.deltas.set(number);
            delays.add((micros - Long.parseLong(delta.group(2))) / 1e3);
        }
    }

    private void end() {
        if (++ended == expectedRuns) {
            done.complete(null);
        }
    }

    private static final class Run {
        private final BitSet sequences = new BitSet();
        private final BitSet deltas = new BitSet();
    }
}
