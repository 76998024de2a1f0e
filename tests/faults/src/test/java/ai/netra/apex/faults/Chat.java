package ai.netra.apex.faults;

import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.system.Person;
import ai.netra.apex.testing.system.Socket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One device of a person that does what the browser does: it connects again when the connection
 * breaks, sends again what was not accepted, and resumes its runs after the last event it saw.
 * Thread-safe.
 */
final class Chat implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration RESEND = Duration.ofSeconds(3);

    private final Person person;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Map<String, String>> unanswered = new LinkedHashMap<>();
    private final Map<String, JsonNode> accepted = new HashMap<>();
    private final Map<String, RunSeen> runs = new HashMap<>();
    private final Thread keeper;
    private volatile boolean closing;
    private volatile @Nullable Socket socket;
    private int connections;

    private Chat(Person person) {
        this.person = person;
        this.keeper = Thread.ofVirtual().name("chat").start(this::keepConnected);
    }

    static Chat open(Person person) {
        return new Chat(person);
    }

    /** Sends a message, now or as soon as there is a connection; returns its client id. */
    String send(String thread, String content, String model) {
        String id = UUID.randomUUID().toString();
        synchronized (this) {
            unanswered.put(
                    id,
                    Map.of(
                            "type", "send_message",
                            "threadId", thread,
                            "clientMessageId", id,
                            "content", content,
                            "model", model));
        }
        transmit(id);
        return id;
    }

    /** Follows a run somebody else began, from its first event. */
    void follow(String runId) {
        synchronized (this) {
            runs.computeIfAbsent(runId, RunSeen::new);
        }
        subscribe(runId);
    }

    /** What the server said when it had committed the message. */
    JsonNode awaitAccepted(String clientMessageId) {
        await("acceptance of " + clientMessageId)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> acceptance(clientMessageId) != null);
        return java.util.Objects.requireNonNull(acceptance(clientMessageId));
    }

    /** What is seen of a run, as soon as it has at least so many text deltas. */
    RunSeen awaitDeltas(String runId, int deltas) {
        await("deltas of run " + runId)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> run(runId).deltas() >= deltas);
        return run(runId);
    }

    /** What was seen of a run, when it is over. */
    RunSeen awaitEnd(String runId) {
        await("end of run " + runId)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> run(runId).over());
        return run(runId);
    }

    /** Breaks the connection without a word. */
    void breakConnection() {
        Socket current = socket;
        if (current != null) {
            current.abort();
            // Nobody tells us of what we broke ourselves.
            current.closed().complete(1006);
        }
    }

    /** How often it has connected. */
    synchronized int connections() {
        return connections;
    }

    synchronized RunSeen run(String runId) {
        return runs.computeIfAbsent(runId, RunSeen::new);
    }

    private synchronized @Nullable JsonNode acceptance(String clientMessageId) {
        return accepted.get(clientMessageId);
    }

    private void keepConnected() {
        while (!closing) {
            try (Socket current = Socket.open(http, person, this::receive)) {
                begin(current);
                while (!closing && !isClosedWithin(current, RESEND)) {
                    unansweredIds().forEach(this::transmit);
                }
            } catch (IllegalStateException e) {
                // No connection yet: tried again below.
                socket = null;
            } catch (InterruptedException e) {
                return;
            }
            if (!sleep(RETRY)) {
                return;
            }
        }
    }

    private void begin(Socket current) {
        socket = current;
        synchronized (this) {
            connections++;
        }
        runIds().forEach(this::subscribe);
        unansweredIds().forEach(this::transmit);
    }

    private synchronized java.util.List<String> unansweredIds() {
        return java.util.List.copyOf(unanswered.keySet());
    }

    private synchronized java.util.List<String> runIds() {
        return runs.values().stream().filter(r -> !r.over()).map(RunSeen::id).toList();
    }

    private void transmit(String clientMessageId) {
        Map<String, String> frame;
        synchronized (this) {
            frame = unanswered.get(clientMessageId);
        }
        write(frame);
    }

    private void subscribe(String runId) {
        write(Map.of("type", "subscribe", "runId", runId, "afterSequence", run(runId).last()));
    }

    private void write(@Nullable Map<String, ?> frame) {
        Socket current = socket;
        if (current == null || frame == null) {
            return;
        }
        try {
            current.send(frame);
        } catch (RuntimeException e) {
            // The connection is breaking: the keeper sends it again on the next one.
            current.abort();
            current.closed().complete(1006);
        }
    }

    private synchronized void receive(JsonNode frame) {
        String type = frame.get("type").asString();
        if (type.equals("accepted")) {
            String id = frame.get("clientMessageId").asString();
            unanswered.remove(id);
            accepted.putIfAbsent(id, frame);
            run(frame.get("runId").asString());
        } else if (frame.has("runId") && (frame.has("sequence") || type.equals("run_reset"))) {
            run(frame.get("runId").asString()).add(frame);
        }
    }

    private static boolean isClosedWithin(Socket socket, Duration limit)
            throws InterruptedException {
        try {
            socket.closed().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    // What a client does between two attempts, not a test waiting for something.
    private static boolean sleep(Duration length) {
        try {
            Thread.sleep(length);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Override
    public void close() {
        closing = true;
        keeper.interrupt();
        breakConnection();
        http.shutdownNow();
    }
}
