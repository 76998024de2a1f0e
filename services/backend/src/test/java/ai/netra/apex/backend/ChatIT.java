package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.servicekit.RunningService;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The path of one message, from the person and back, on one backend with real parts. */
class ChatIT {

    private static RunningService backend;

    @BeforeAll
    static void start() {
        backend = BackendService.start(Parts.platform().config(), ScriptedAgent.class);
    }

    @AfterAll
    static void stop() {
        backend.close();
    }

    private final Api person = Api.person(backend.port());

    @Test
    @Tag("COM-1")
    @Tag("GLD-2")
    @Tag("GLD-3")
    void aMessageIsAcceptedStreamedAndFoundAgain() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            assertThat(socket.subprotocol()).isEqualTo("apex.v1");
            socket.send(
                    Map.of(
                            "type", "send_message",
                            "threadId", thread,
                            "clientMessageId", "m1",
                            "content", "hello there world"));
            JsonNode accepted = socket.await("accepted");
            String run = accepted.path("runId").asString();
            List<JsonNode> events = socket.awaitEnd(run);

            assertThat(socket.frames.indexOf(accepted))
                    .isLessThan(socket.frames.indexOf(events.getFirst()));
            assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
            assertThat(Socket.text(events)).isEqualTo("hello there world ");
            assertThat(events.getFirst().path("type").asString()).isEqualTo("agent_started");
            assertThat(events.getLast().path("usage").path("outputTokens").asInt()).isEqualTo(3);
        }
        JsonNode messages = person.messages(thread);
        assertThat(messages.size()).isEqualTo(2);
        assertThat(messages.get(0).path("role").asString()).isEqualTo("assistant");
        assertThat(messages.get(0).path("status").asString()).isEqualTo("complete");
        assertThat(messages.get(0).path("content").asString()).isEqualTo("hello there world ");
        assertThat(messages.get(1).path("clientMessageId").asString()).isEqualTo("m1");
        assertThat(person.get("/api/threads/" + thread).body().path("title").asString())
                .isEqualTo("hello there world");
    }

    @Test
    @Tag("GLD-2")
    void thoughtsAndToolsAreEventsInOrderAndStoredAsSteps() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            String run = person.ask(thread, "tool please");
            socket.subscribe(run, 0);
            List<String> types =
                    socket.awaitEnd(run).stream().map(e -> e.path("type").asString()).toList();
            assertThat(types)
                    .containsExactly(
                            "agent_started",
                            "agent_thinking",
                            "text_delta",
                            "tool_executing",
                            "tool_completed",
                            "text_delta",
                            "agent_completed");
        }
        JsonNode steps = person.messages(thread).get(0).path("steps");
        assertThat(steps.get(0).path("thought").asString()).isEqualTo("I look it up");
        assertThat(steps.get(1).path("result").path("found").asInt()).isEqualTo(42);
        assertThat(steps.get(1).path("at").asInt()).isEqualTo("Let me see. ".length());
    }

    @Test
    @Tag("GLD-2")
    @Tag("ERR-9")
    void aFailureIsAnHonestProblemAndKeepsTheText() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            String run = person.ask(thread, "fail now");
            socket.subscribe(run, 0);
            JsonNode last = socket.awaitEnd(run).getLast();
            assertThat(last.path("type").asString()).isEqualTo("run_failed");
            JsonNode problem = last.path("problem");
            assertThat(problem.path("code").asString()).isEqualTo("model_provider_failed");
            assertThat(problem.path("retryAfterSeconds").asInt()).isEqualTo(7);
            assertThat(problem.path("detail").asString()).contains("another model");
        }
        JsonNode answer = person.messages(thread).get(0);
        assertThat(answer.path("status").asString()).isEqualTo("failed");
        assertThat(answer.path("content").asString()).isEqualTo("So far so good");
        assertThat(answer.path("problem").path("code").asString())
                .isEqualTo("model_provider_failed");
    }

    @Test
    @Tag("ERR-9")
    void aBugInAnExecutorIsToldWithoutItsDetails() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            String run = person.ask(thread, "crash");
            socket.subscribe(run, 0);
            JsonNode last = socket.awaitEnd(run).getLast();
            assertThat(last.path("problem").path("code").asString()).isEqualTo("internal");
            assertThat(last.toString()).doesNotContain("a bug in the executor");
        }
    }

    @Test
    void theModelIsToldTheBranch() {
        String thread = person.thread();
        try (Socket socket = Socket.of(person)) {
            socket.subscribe(person.ask(thread, "first"), 0);
            socket.await("agent_completed");
            String run = person.ask(thread, "history");
            socket.subscribe(run, 0);
            assertThat(Socket.text(socket.awaitEnd(run)))
                    .isEqualTo("USER:first|ASSISTANT:first |USER:history|");
        }
    }

    @Test
    @Tag("FE-3")
    void somebodyElsesThreadAndRunAreNotFound() {
        String thread = person.thread();
        String run = person.ask(thread, "mine");
        Api other = Api.person(backend.port());
        assertThat(other.get("/api/threads/" + thread).status()).isEqualTo(404);
        assertThat(other.get("/api/threads/" + thread + "/messages").status()).isEqualTo(404);
        assertThat(other.say(thread, "x", "not mine").status()).isEqualTo(404);
        assertThat(other.patch("/api/threads/" + thread, Map.of("title", "x")).status())
                .isEqualTo(404);
        assertThat(other.delete("/api/threads/" + thread).status()).isEqualTo(404);
        assertThat(other.get("/api/runs/" + run).status()).isEqualTo(404);
        assertThat(other.get("/api/runs/" + run + "/events").status()).isEqualTo(404);
        assertThat(other.post("/api/runs/" + run + "/stop", Map.of()).status()).isEqualTo(404);
        try (Socket socket = Socket.of(other)) {
            socket.subscribe(run, 0);
            assertThat(socket.await("error").path("problem").path("code").asString())
                    .isEqualTo("not_found");
        }
        assertThat(person.get("/api/runs/" + UUID.randomUUID()).status()).isEqualTo(404);
    }
}
