package ai.netra.apex.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One run as a device saw it: its events in the order they came. Thread-safe. */
final class RunSeen {
    private static final Set<String> ENDS = Set.of("agent_completed", "run_failed", "run_stopped");

    private final String id;
    private final List<JsonNode> events = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private int last;
    private int deltas;
    private int resets;
    private @Nullable JsonNode end;

    RunSeen(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    synchronized void add(JsonNode event) {
        String type = event.get("type").asString();
        if (type.equals("run_reset")) {
            resets++;
            last = 0;
            deltas = 0;
            text.setLength(0);
            end = null;
            return;
        }
        int sequence = event.get("sequence").asInt();
        if (sequence != last + 1) {
            faults.add("after " + last + " came " + sequence);
            return;
        }
        last = sequence;
        events.add(event);
        if (type.equals("text_delta")) {
            deltas++;
            text.append(event.get("text").asString());
        } else if (ENDS.contains(type)) {
            end = event;
        }
    }

    /** The sequence of the last event; 0 before the first. */
    synchronized int last() {
        return last;
    }

    synchronized int deltas() {
        return deltas;
    }

    synchronized int resets() {
        return resets;
    }

    synchronized String text() {
        return text.toString();
    }

    synchronized boolean over() {
        return end != null;
    }

    /** The event that ended it; null before. */
    synchronized @Nullable JsonNode end() {
        return end;
    }

    /** Gaps and doubles in the numbering. */
    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    synchronized List<JsonNode> events() {
        return List.copyOf(events);
    }
}
