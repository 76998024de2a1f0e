package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.servicekit.RunningService;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A replica dies or stands still in mid-run; another one ends the run, once and honestly. */
@Tag("GLD-4")
@Tag("INF-7")
class TakeoverIT {

    private static RunningService survivor;

    @BeforeAll
    static void start() {
        survivor = BackendService.start(Parts.platform().config(), ScriptedAgent.class);
    }

    @AfterAll
    static void stop() {
        survivor.close();
    }

    private final Api person = Api.person(survivor.port());

    @Test
    @Tag("GLD-3")
    void aRunThatHadWrittenIsEndedHonestlyWithItsTextKept() {
        String thread = person.thread();
        try (BackendProcess victim = BackendProcess.start(Parts.platform());
                Socket watcher = Socket.of(person)) {
            String run = person.at(victim.port()).ask(thread, "count 100000 10");
            watcher.subscribe(run, 0);
            watcher.await(f -> f.path("sequence").asLong() > 20, "some events");
            victim.kill();

            List<JsonNode> events = watcher.awaitEnd(run);
            assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
            assertThat(events.getLast().path("type").asString()).isEqualTo("run_failed");
            assertThat(events.getLast().path("problem").path("retryable").asBoolean()).isTrue();
            JsonNode answer = person.messages(thread).get(0);
            assertThat(answer.path("status").asString()).isEqualTo("failed");
            assertThat(answer.path("content").asString())
                    .isEqualTo(Socket.text(events))
                    .isNotEmpty();
        }
    }

    @Test
    @Tag("GLD-3")
    void aRunThatHadWrittenNothingIsStartedAgain() {
        String thread = person.thread();
        try (BackendProcess victim = BackendProcess.start(Parts.platform());
                Socket watcher = Socket.of(person)) {
            String run = person.at(victim.port()).ask(thread, "think 3000");
            watcher.subscribe(run, 0);
            watcher.await("agent_thinking");
            victim.kill();

            List<JsonNode> events = watcher.awaitEnd(run);
            assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
            assertThat(events.stream().map(e -> e.path("type").asString()).toList())
                    .containsExactly(
                            "agent_started",
                            "agent_thinking",
                            "agent_started",
                            "agent_thinking",
                            "text_delta",
                            "agent_completed");
            JsonNode answer = person.messages(thread).get(0);
            assertThat(answer.path("content").asString()).isEqualTo("thought on attempt 2");
            assertThat(answer.path("steps").size()).isEqualTo(1);
        }
    }

    @Test
    void aReplicaThatStoodStillCannotWriteAfterItsRunWasTaken() {
        String thread = person.thread();
        try (BackendProcess frozen = BackendProcess.start(Parts.platform());
                Socket watcher = Socket.of(person)) {
            String run = person.at(frozen.port()).ask(thread, "count 100000 10");
            watcher.subscribe(run, 0);
            watcher.await(f -> f.path("sequence").asLong() > 10, "some events");
            frozen.signal("STOP");
            List<JsonNode> events = watcher.awaitEnd(run);
            assertThat(events.getLast().path("type").asString()).isEqualTo("run_failed");
            String stored = person.messages(thread).get(0).toString();

            frozen.signal("CONT");
            // It wakes, finds its token too old, and serves what the other one wrote.
            try (Socket atFrozen = Socket.of(person.at(frozen.port()))) {
                atFrozen.subscribe(run, 0);
                assertThat(atFrozen.awaitEnd(run)).isEqualTo(events);
            }
            String next = person.at(frozen.port()).ask(thread, "still alive");
            watcher.subscribe(next, 0);
            assertThat(watcher.awaitEnd(next).getLast().path("type").asString())
                    .isEqualTo("agent_completed");
            assertThat(
                            person.get("/api/threads/" + thread + "/messages")
                                    .body()
                                    .path("items")
                                    .get(2)
                                    .toString())
                    .isEqualTo(stored);
        }
    }
}
