package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.testing.system.Person;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Stage.Extension.class)
@Tag("NET-1")
class KilledPartsIT {
    private static final String QUESTION = "Count slowly, please.";

    private final Stage stage;

    KilledPartsIT(Stage stage) {
        this.stage = stage;
    }

    @Test
    @Tag("GLD-4")
    @Tag("GLD-7")
    void a_cut_connection_resumes_after_the_last_event_and_a_second_device_sees_the_same()
            throws Exception {
        Person person = Person.register(stage.system().address());
        try (var first = Chat.open(person);
                var second = Chat.open(person)) {
            String run = ask(first, person, QUESTION);
            second.follow(run);
            first.awaitDeltas(run, 10);

            first.breakConnection();
            second.awaitDeltas(run, 30);
            second.breakConnection();

            RunSeen atFirst = first.awaitEnd(run);
            RunSeen atSecond = second.awaitEnd(run);
            assertWhole(atFirst);
            assertWhole(atSecond);
            assertThat(first.connections()).isGreaterThan(1);
            assertThat(atSecond.events()).isEqualTo(atFirst.events());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"backend-1", "backend-2"})
    @Tag("GLD-3")
    @Tag("GLD-4")
    void an_answer_survives_its_replica_or_ends_with_an_honest_failure(String replica)
            throws Exception {
        Person person = Person.register(stage.system().address());
        String thread = person.newThread();
        try (var chat = Chat.open(person)) {
            String message = chat.send(thread, QUESTION, Stage.MODEL);
            String run = chat.awaitAccepted(message).get("runId").asString();
            chat.awaitDeltas(run, 15);

            long pid = stage.kill(replica);
            RunSeen seen = chat.awaitEnd(run);

            assertThat(seen.faults()).isEmpty();
            assertThat(Stage.slowAnswer()).startsWith(seen.text());
            JsonNode end = Objects.requireNonNull(seen.end());
            JsonNode answer = answerTo(person, thread);
            assertThat(answer.get("content").asString()).isEqualTo(seen.text());
            if (end.get("type").asString().equals("run_failed")) {
                assertThat(answer.get("status").asString()).isEqualTo("failed");
                assertThat(end.get("problem").get("detail").asString()).isNotBlank();
                assertThat(end.get("problem").get("retryable").asBoolean()).isTrue();
            } else {
                assertWhole(seen);
                assertThat(answer.get("status").asString()).isEqualTo("complete");
            }
            String next = ask(chat, person, "And now?");
            assertThat(chat.awaitEnd(next).text()).isEqualTo("Yes.");
            stage.awaitBack(replica, pid);
        }
    }

    @Test
    @Tag("GLD-6")
    void without_redis_the_answer_is_completed_and_the_next_message_is_accepted() throws Exception {
        Person person = Person.register(stage.system().address());
        String thread = person.newThread();
        try (var chat = Chat.open(person)) {
            String message = chat.send(thread, QUESTION, Stage.MODEL);
            String run = chat.awaitAccepted(message).get("runId").asString();
            chat.awaitDeltas(run, 15);

            long pid = stage.kill("redis");
            String during =
                    person.ask(
                                    person.newThread(),
                                    UUID.randomUUID().toString(),
                                    "And now?",
                                    Stage.MODEL)
                            .get("runId")
                            .asString();

            RunSeen seen = chat.awaitEnd(run);
            assertWhole(seen);
            assertThat(answerTo(person, thread).get("content").asString())
                    .isEqualTo(Stage.slowAnswer());
            awaitState(person, during, "completed");
            stage.awaitBack("redis", pid);
        }
    }

    @Test
    @Tag("GLD-6")
    void without_the_clickhouse_engine_chat_goes_on_and_its_calls_are_counted_later()
            throws Exception {
        Person person = Person.register(stage.system().address());
        try (var chat = Chat.open(person)) {
            String run = ask(chat, person, QUESTION);
            chat.awaitDeltas(run, 10);

            long pid = stage.kill("clickhouse");
            String during = ask(chat, person, "And now?");

            assertThat(chat.awaitEnd(during).text()).isEqualTo("Yes.");
            assertWhole(chat.awaitEnd(run));
            stage.awaitBack("clickhouse", pid);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(
                            () -> {
                                JsonNode usage =
                                        person.expect(200, person.send("GET", "/api/usage", null));
                                assertThat(usage.get("total").get("calls").asInt())
                                        .isGreaterThanOrEqualTo(2);
                            });
        }
    }

    @Test
    @Tag("FE-3")
    @Tag("COM-3")
    @Tag("AUT-6")
    void without_auth_who_is_signed_in_goes_on_and_a_sign_in_is_told_to_try_again()
            throws Exception {
        Person person = Person.register(stage.system().address());
        try (var chat = Chat.open(person)) {
            String run = ask(chat, person, QUESTION);
            chat.awaitDeltas(run, 10);

            long pid = stage.kill("auth");
            HttpResponse<String> signIn =
                    person.send(
                            "POST",
                            "/auth/login",
                            Map.of("email", "somebody@example.com", "password", "something"));
            String during = ask(chat, person, "And now?");

            assertThat(signIn.statusCode()).isIn(502, 503);
            assertThat(signIn.headers().firstValue("Retry-After")).isPresent();
            assertThat(signIn.headers().firstValue("Content-Type"))
                    .contains("application/problem+json");
            assertThat(chat.awaitEnd(during).text()).isEqualTo("Yes.");
            assertWhole(chat.awaitEnd(run));
            stage.awaitBack("auth", pid);
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptionsInstanceOf(AssertionError.class)
                    .until(
                            () -> {
                                person.refresh();
                                return true;
                            });
        }
    }

    @Test
    @Tag("GLD-4")
    void without_the_edge_nothing_is_reached_and_then_everything_goes_on() throws Exception {
        Person person = Person.register(stage.system().address());
        try (var chat = Chat.open(person)) {
            String run = ask(chat, person, QUESTION);
            chat.awaitDeltas(run, 10);

            long pid = stage.kill("edge");
            stage.awaitBack("edge", pid);

            assertWhole(chat.awaitEnd(run));
            assertThat(chat.connections()).isGreaterThan(1);
        }
    }

    private String ask(Chat chat, Person person, String question) throws Exception {
        String message = chat.send(person.newThread(), question, Stage.MODEL);
        return chat.awaitAccepted(message).get("runId").asString();
    }

    private static void assertWhole(RunSeen seen) {
        assertThat(seen.faults()).isEmpty();
        assertThat(Objects.requireNonNull(seen.end()).get("type").asString())
                .as("end of the run: %s", seen.end())
                .isEqualTo("agent_completed");
        assertThat(seen.text()).isEqualTo(Stage.slowAnswer());
    }

    private static JsonNode answerTo(Person person, String thread) throws Exception {
        JsonNode newest = person.messages(thread).get(0);
        assertThat(newest.get("role").asString()).isEqualTo("assistant");
        return newest;
    }

    private static void awaitState(Person person, String run, String state) {
        await("run " + run + " " + state)
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () ->
                                assertThat(
                                                person.expect(
                                                                200,
                                                                person.send(
                                                                        "GET",
                                                                        "/api/runs/" + run,
                                                                        null))
                                                        .get("state")
                                                        .asString())
                                        .isEqualTo(state));
    }
}
