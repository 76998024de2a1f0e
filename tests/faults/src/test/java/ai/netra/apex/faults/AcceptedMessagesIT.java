package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.system.Person;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * Messages are sent without a pause, over HTTP and over WebSocket, while parts are killed at
 * random. Afterwards every message that was accepted is there, once, and its run is over.
 *
 * <p>100 tries; {@code -Dapex.faults.tries=1000} makes more, {@code -Dapex.faults.seed} repeats an
 * order of kills.
 */
@ExtendWith(Stage.Extension.class)
@Tag("GLD-3")
class AcceptedMessagesIT {
    private static final int TRIES = Integer.getInteger("apex.faults.tries", 100);
    private static final long SEED = Long.getLong("apex.faults.seed", System.nanoTime());
    private static final int KILLS = Math.max(3, TRIES / 50);
    private static final int PEOPLE = 4;
    private static final int PER_THREAD = 20;

    /** Messages accepted between two kills, at most: the next one then has something to hit. */
    private static final int TRAFFIC = 12;

    private static final Duration ABSENCE = Duration.ofSeconds(10);

    /** Backends come twice: they are what messages pass through. */
    private static final List<String> VICTIMS =
            List.of(
                    "backend-1",
                    "backend-2",
                    "redis",
                    "postgres-main",
                    "backend-1",
                    "backend-2",
                    "edge",
                    "clickhouse",
                    "auth");

    private final Stage stage;
    private final Map<String, List<String>> acceptedByThread = new LinkedHashMap<>();
    private final Map<String, Person> ownerOfThread = new LinkedHashMap<>();
    private final AtomicInteger tries = new AtomicInteger();
    private final AtomicInteger noted = new AtomicInteger();
    private final AtomicInteger kills = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    AcceptedMessagesIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    void no_accepted_message_is_lost_or_doubled_while_parts_are_killed() throws Exception {
        List<Thread> people = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            Person person = Person.register(stage.system().address());
            boolean overSocket = i % 2 == 0;
            people.add(
                    Thread.ofVirtual()
                            .uncaughtExceptionHandler((_, e) -> failures.add(e))
                            .start(() -> talk(person, overSocket)));
        }
        var done = new AtomicBoolean();
        Thread killer =
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((_, e) -> failures.add(e))
                        .start(() -> killUntil(done));
        for (Thread person : people) {
            person.join();
        }
        done.set(true);
        killer.join();

        assertThat(failures).as("seed %d", SEED).isEmpty();
        assertThat(kills.get()).as("parts killed, seed %d", SEED).isGreaterThanOrEqualTo(KILLS);
        int accepted = 0;
        for (var entry : acceptedByThread.entrySet()) {
            List<String> stored = storedIn(entry.getKey());
            awaitAnswered(entry.getKey());
            assertThat(stored)
                    .as("messages of thread %s, seed %d", entry.getKey(), SEED)
                    .doesNotHaveDuplicates()
                    .containsAll(entry.getValue());
            accepted += entry.getValue().size();
        }
        assertThat(accepted).isGreaterThanOrEqualTo(TRIES);
        System.out.printf(
                "%d messages accepted, %d parts killed, seed %d%n", accepted, kills.get(), SEED);
    }

    private void talk(Person person, boolean overSocket) {
        try (var chat = Chat.open(person)) {
            String thread = "";
            int inThread = PER_THREAD;
            while (tries.getAndIncrement() < TRIES || kills.get() < KILLS) {
                if (inThread++ >= PER_THREAD) {
                    thread = newThread(person);
                    inThread = 1;
                }
                if (overSocket) {
                    sendOverSocket(chat, thread);
                } else {
                    post(person, thread);
                }
            }
        }
    }

    private void sendOverSocket(Chat chat, String thread) {
        String id = chat.send(thread, "Are you there?", Stage.MODEL);
        chat.awaitAccepted(id);
        note(thread, id);
    }

    private void post(Person person, String thread) {
        String id = UUID.randomUUID().toString();
        untilItWorks(
                person,
                202,
                "/api/threads/" + thread + "/messages",
                Map.of("clientMessageId", id, "content", "Are you there?", "model", Stage.MODEL));
        note(thread, id);
    }

    private String newThread(Person person) {
        String thread = untilItWorks(person, 201, "/api/threads", Map.of()).get("id").asString();
        synchronized (this) {
            ownerOfThread.put(thread, person);
            acceptedByThread.put(thread, new ArrayList<>());
        }
        return thread;
    }

    private synchronized void note(String thread, String clientMessageId) {
        acceptedByThread.get(thread).add(clientMessageId);
        noted.incrementAndGet();
    }

    /** Sends the same request again, as a client does, as long as the answer says it may help. */
    private static JsonNode untilItWorks(Person person, int wanted, String path, Object body) {
        var answer = new HttpResponse<?>[1];
        await("answer " + wanted + " of " + path)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> {
                            HttpResponse<String> response = person.send("POST", path, body);
                            answer[0] = response;
                            if (response.statusCode() == wanted) {
                                return true;
                            }
                            assertThat(response.statusCode())
                                    .as("%s: %s", path, response.body())
                                    .isIn(429, 502, 503, 504);
                            return false;
                        });
        return new tools.jackson.databind.json.JsonMapper().readTree((String) answer[0].body());
    }

    private void killUntil(AtomicBoolean done) {
        var random = new Random(SEED);
        try {
            while (!done.get()) {
                String victim = VICTIMS.get(random.nextInt(VICTIMS.size()));
                if (stage.isReady(victim)) {
                    long pid = stage.kill(victim);
                    kills.incrementAndGet();
                    stage.awaitBackFor(victim, pid, ABSENCE);
                }
                int next = noted.get() + 1 + random.nextInt(TRAFFIC);
                await("traffic")
                        .atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> done.get() || noted.get() >= next);
            }
            for (String victim : VICTIMS) {
                stage.awaitReady(victim);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> storedIn(String thread) throws Exception {
        List<String> ids = new ArrayList<>();
        for (JsonNode message : ownerOfThread.get(thread).messages(thread)) {
            if (message.get("role").asString().equals("user")) {
                ids.add(message.get("clientMessageId").asString());
            }
        }
        return ids;
    }

    private void awaitAnswered(String thread) {
        await("answers in thread " + thread)
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () ->
                                assertThat(ownerOfThread.get(thread).messages(thread))
                                        .noneMatch(
                                                m ->
                                                        m.get("status")
                                                                .asString()
                                                                .equals("streaming")));
    }
}
