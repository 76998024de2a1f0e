package ai.netra.apex.backend.agent;

import ai.netra.apex.backend.run.RunSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Keeps what an executor tells, in order; can be stopped. */
public final class RecordingSink implements RunSink {

    public final List<String> events = new ArrayList<>();
    public final StringBuilder text = new StringBuilder();
    public final CountDownLatch firstText = new CountDownLatch(1);
    private final List<Runnable> actions = new ArrayList<>();
    private boolean stopped;
    private Consumer<String> onText = piece -> {};

    /** Calls this for each piece of text, on the executor's thread. */
    public RecordingSink onText(Consumer<String> listener) {
        onText = listener;
        return this;
    }

    @Override
    public synchronized void thinking(String thought, int step) {
        events.add("thinking " + step + " " + thought);
    }

    @Override
    public void textDelta(String piece) {
        synchronized (this) {
            if (!events.isEmpty() && events.getLast().equals("text")) {
                events.removeLast();
            }
            events.add("text");
            text.append(piece);
        }
        firstText.countDown();
        onText.accept(piece);
    }

    @Override
    public synchronized void toolExecuting(String tool, String argumentsJson) {
        events.add("executing " + tool + " " + argumentsJson);
    }

    @Override
    public synchronized void toolCompleted(String tool, String resultJson, long durationMs) {
        events.add("completed " + tool + " " + resultJson);
    }

    /** Ends the run. */
    public void stop() {
        List<Runnable> toRun;
        synchronized (this) {
            stopped = true;
            toRun = List.copyOf(actions);
        }
        toRun.forEach(Runnable::run);
    }

    @Override
    public synchronized boolean stopped() {
        return stopped;
    }

    @Override
    public synchronized Registration onStop(Runnable action) {
        actions.add(action);
        return () -> {
            synchronized (this) {
                actions.remove(action);
            }
        };
    }

    /** The events' first words, such as {@code executing search_documentation}. */
    public synchronized List<String> kinds() {
        return events.stream()
                .map(e -> e.startsWith("thinking") ? "thinking" : e)
                .map(e -> e.split(" ", 3))
                .map(parts -> parts.length > 1 ? parts[0] + " " + parts[1] : parts[0])
                .toList();
    }
}
