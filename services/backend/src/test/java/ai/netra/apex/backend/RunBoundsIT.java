package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.servicekit.RunningService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each bound of the run engine is reached on purpose: what a person is told, and what is kept. */
class RunBoundsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static RunningService start(String database, RunConfig run) {
        var config = Parts.platformApart(database).config();
        return BackendService.start(Platform.with(config, run), ScriptedAgent.class);
    }

    @Test
    @Tag("SES-3")
    @Tag("ERR-9")
    void whenTooManyWaitTheNextMessageIsRefusedWith503AndNothingOfItIsKept() {
        var bounds = new RunBounds().running(2).queued(1).config();
        try (RunningService backend = start("bounds_queue", bounds)) {
            Api person = Api.person(backend.port());
            List<String> running =
                    List.of(
                            person.ask(person.thread(), "hang"),
                            person.ask(person.thread(), "hang"));
            String waiting = person.ask(person.thread(), "waits for its turn");
            assertThat(person.runState(waiting)).isEqualTo("queued");

            // Whose runs they are makes no difference: the queue is everybody's.
            Api other = Api.person(backend.port());
            String thread = other.thread();
            Api.Answer refused = other.say(thread, "one too many", "is there a place?");

            assertThat(refused.status()).as(refused.body().toString()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("overloaded");
            assertThat(refused.body().path("retryable").asBoolean()).isTrue();
            assertThat(refused.body().path("retryAfterSeconds").asInt()).isPositive();
            assertThat(refused.response().headers().firstValue("Retry-After"))
                    .hasValue(refused.body().path("retryAfterSeconds").asString());
            assertThat(other.messages(thread).size()).isZero();
            assertThat(counter(backend, "apex.runs.refused")).isOne();

            person.post("/api/runs/" + running.getFirst() + "/stop", Map.of());
            await().atMost(PATIENCE).until(() -> person.runState(waiting).equals("completed"));
            assertThat(other.say(thread, "one too many", "is there a place?").status())
                    .as("the same message again, now that there is one")
                    .isEqualTo(202);
            person.post("/api/runs/" + running.getLast() + "/stop", Map.of());
        }
    }

    @Test
    @Tag("GLD-3")
    @Tag("ERR-9")
    void aRunThatTakesTooLongIsEndedWithWhatItWroteAndSaysSo() {
        var bounds = new RunBounds().duration(Duration.ofSeconds(2)).config();
        try (RunningService backend = start("bounds_deadline", bounds)) {
            Api person = Api.person(backend.port());
            Instant asked = Instant.now();

            Ended wordy = end(person, "count 100000 20");

            assertThat(Duration.between(asked, Instant.now()))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            assertFailed(wordy, "timeout", "2 seconds");
            assertThat(wordy.text()).startsWith("1 2 3 ");
            assertFailed(end(person, "hang"), "timeout", "2 seconds");
            assertThat(end(person, "quick").status()).isEqualTo("complete");
        }
    }

    @Test
    @Tag("GLD-3")
    @Tag("ERR-9")
    void anAnswerThatGrowsTooLongIsEndedAtItsBoundAndSaysSo() {
        var bounds = new RunBounds().characters(5_500).events(40).config();
        try (RunningService backend = start("bounds_length", bounds)) {
            Api person = Api.person(backend.port());

            Ended longOne = end(person, "fill 20");
            assertFailed(longOne, "payload_too_large", "5500 characters");
            assertThat(longOne.text()).hasSize(5_000);

            // Slow enough that texts are events of their own.
            Ended chatty = end(person, "count 100000 30");
            assertFailed(chatty, "payload_too_large", "40 steps");
            assertThat(chatty.events().size()).isBetween(40, 45);

            assertThat(end(person, "fill 5").text()).hasSize(5_000);
        }
    }

    @Test
    @Tag("GLD-3")
    @Tag("INF-5")
    void whatTheCountersSayAddsUp() {
        var bounds = new RunBounds().running(3).queued(100).config();
        try (RunningService backend = start("bounds_counters", bounds)) {
            Api person = Api.person(backend.port());
            for (int i = 0; i < 6; i++) {
                assertThat(end(person, "echo " + i).status()).isEqualTo("complete");
            }
            assertThat(end(person, "fail").status()).isEqualTo("failed");
            assertThat(end(person, "crash").status()).isEqualTo("failed");
            String stopped = person.ask(person.thread(), "hang");
            person.post("/api/runs/" + stopped + "/stop", Map.of());
            await().atMost(PATIENCE).until(() -> person.runState(stopped).equals("stopped"));
            String taken = person.ask(person.thread(), "hang");
            String open = person.ask(person.thread(), "hang");
            await().atMost(PATIENCE).until(() -> gauge(backend, "apex.runs.running") == 2);

            // As if another replica, thinking this one dead, had taken it and ended it.
            Parts.postgres()
                    .execute(
                            "bounds_counters",
                            "UPDATE run SET owner = gen_random_uuid(), fence = fence + 1,"
                                    + " state = 'stopped', ended_at = now(), last_sequence = 9"
                                    + " WHERE id = '"
                                    + taken
                                    + "'");

            await().atMost(PATIENCE).until(() -> ended(backend, "lost") == 1);
            assertThat(ended(backend, "completed")).isEqualTo(6);
            assertThat(ended(backend, "failed")).isEqualTo(2);
            assertThat(ended(backend, "stopped")).isEqualTo(1);
            await().atMost(PATIENCE).until(() -> gauge(backend, "apex.runs.running") == 1);
            assertThat(counter(backend, "apex.runs.taken")).isEqualTo(6 + 2 + 1 + 1 + 1);
            person.post("/api/runs/" + open + "/stop", Map.of());
            await().atMost(PATIENCE).until(() -> gauge(backend, "apex.runs.running") == 0);
            assertThat(counter(backend, "apex.runs.taken"))
                    .isEqualTo(
                            ended(backend, "completed")
                                    + ended(backend, "failed")
                                    + ended(backend, "stopped")
                                    + ended(backend, "lost"));
        }
    }

    private record Ended(List<JsonNode> events, JsonNode answer) {
        String status() {
            return answer.path("status").asString();
        }

        String text() {
            return answer.path("content").asString();
        }
    }

    private static Ended end(Api person, String content) {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            String run = person.ask(thread, content);
            socket.subscribe(run, 0);
            List<JsonNode> events = socket.awaitEnd(run);
            return new Ended(events, person.messages(thread).get(0));
        }
    }

    /** The same is told in the last event and with the answer, and the text is the one streamed. */
    private static void assertFailed(Ended ended, String code, String words) {
        assertThat(ended.status()).isEqualTo("failed");
        JsonNode last = ended.events().getLast();
        assertThat(last.path("type").asString()).isEqualTo("run_failed");
        for (JsonNode problem : List.of(last.path("problem"), ended.answer().path("problem"))) {
            assertThat(problem.path("code").asString()).isEqualTo(code);
            assertThat(problem.path("detail").asString()).contains(words);
            assertThat(problem.path("correlationId").asString()).isNotEmpty();
        }
        assertThat(Socket.text(ended.events())).isEqualTo(ended.text());
        assertThat(Socket.sequences(ended.events())).isEqualTo(Socket.upTo(ended.events().size()));
    }

    private static double ended(RunningService backend, String state) {
        return backend.get(MeterRegistry.class)
                .get("apex.runs.ended")
                .tag("state", state)
                .counter()
                .count();
    }

    private static double counter(RunningService backend, String name) {
        return backend.get(MeterRegistry.class).get(name).counter().count();
    }

    private static double gauge(RunningService backend, String name) {
        return backend.get(MeterRegistry.class).get(name).gauge().value();
    }
}
