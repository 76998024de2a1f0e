package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.servicekit.RunningService;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** How messages are accepted, branched and refused, on two replicas over one database. */
class MessagesIT {

    private static RunningService first;
    private static RunningService second;

    @BeforeAll
    static void start() {
        first = BackendService.start(Parts.platform().config(), ScriptedAgent.class);
        second = BackendService.start(Parts.platform().config(), ScriptedAgent.class);
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
    }

    private final Api person = Api.person(first.port());
    private final String thread = person.thread();

    @Test
    @Tag("GLD-3")
    void theSameClientIdFromManyPlacesAtOnceIsOneMessageAndOneRun() throws Exception {
        var answers = new ArrayList<Future<Api.Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                Api device = i % 2 == 0 ? person : person.at(second.port());
                answers.add(threads.submit(() -> untilAnswered(device)));
            }
        }
        var runs = new HashSet<String>();
        var ids = new HashSet<String>();
        for (Future<Api.Answer> answer : answers) {
            runs.add(answer.get().body().path("runId").asString());
            ids.add(answer.get().body().path("message").path("id").asString());
        }
        assertThat(runs).hasSize(1);
        assertThat(ids).hasSize(1);
        assertThat(person.messages(thread).size()).isEqualTo(2);
    }

    /** Refused for now means: send it again with the same id. */
    private Api.Answer untilAnswered(Api device) {
        Api.Answer answer = device.say(thread, "once", "only once");
        for (int i = 0; i < 20 && answer.body().path("retryable").asBoolean(false); i++) {
            answer = device.say(thread, "once", "only once");
        }
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer;
    }

    @Test
    @Tag("GLD-3")
    void anEditedMessageIsABranchAndBothCanBeShown() {
        end(person.ask(thread, "one"));
        end(person.ask(thread, "two"));
        JsonNode before = person.messages(thread);
        JsonNode two = before.get(1);
        assertThat(two.path("content").asString()).isEqualTo("two");

        var edit = new HashMap<String, Object>();
        edit.put("clientMessageId", "edit");
        edit.put("content", "two, but better");
        edit.put("parentId", two.path("parentId").asString());
        end(run(person.post("/api/threads/" + thread + "/messages", edit)));

        JsonNode after = person.messages(thread);
        assertThat(contents(after))
                .containsExactly("two, but better ", "two, but better", "one ", "one");
        assertThat(after.get(1).path("siblings").path("index").asInt()).isEqualTo(2);
        assertThat(after.get(1).path("siblings").path("count").asInt()).isEqualTo(2);

        String old = after.get(1).path("siblings").path("ids").get(0).asString();
        assertThat(old).isEqualTo(two.path("id").asString());
        person.patch("/api/threads/" + thread, Map.of("activeMessageId", old));
        assertThat(contents(person.messages(thread))).containsExactly("two ", "two", "one ", "one");
    }

    @Test
    @Tag("GLD-3")
    void theFirstMessageCanBeEditedToo() {
        end(person.ask(thread, "start"));
        var edit = new HashMap<String, Object>();
        edit.put("clientMessageId", "edit");
        edit.put("content", "other start");
        edit.put("parentId", null);
        end(run(person.post("/api/threads/" + thread + "/messages", edit)));
        assertThat(contents(person.messages(thread)))
                .containsExactly("other start ", "other start");
    }

    @Test
    @Tag("GLD-3")
    void anAnswerMadeAnewIsASiblingOfTheOld() {
        end(person.ask(thread, "question"));
        JsonNode before = person.messages(thread);
        var again =
                Map.of(
                        "clientMessageId",
                        "again",
                        "regenerate",
                        true,
                        "model",
                        "test/other",
                        "parentId",
                        before.get(1).path("id").asString());
        Api.Answer answer = person.post("/api/threads/" + thread + "/messages", again);
        end(run(answer));
        Api.Answer same = person.post("/api/threads/" + thread + "/messages", again);
        assertThat(run(same)).isEqualTo(run(answer));

        JsonNode after = person.messages(thread);
        assertThat(after.size()).isEqualTo(2);
        assertThat(after.get(0).path("model").asString()).isEqualTo("test/other");
        assertThat(after.get(0).path("siblings").path("ids").get(0).asString())
                .isEqualTo(before.get(0).path("id").asString());
        assertThat(after.get(1).path("id").asString())
                .isEqualTo(before.get(1).path("id").asString());
    }

    @Test
    void pagesOfABranchFollowOneAnother() {
        for (int i = 0; i < 4; i++) {
            end(person.ask(thread, "message " + i));
        }
        var seen = new ArrayList<String>();
        String cursor = "";
        do {
            Api.Answer page =
                    person.get(
                            "/api/threads/"
                                    + thread
                                    + "/messages?limit=3"
                                    + (cursor.isEmpty() ? "" : "&before=" + cursor));
            seen.addAll(contents(page.body().path("items")));
            cursor = page.body().path("nextCursor").asString("");
        } while (!cursor.isEmpty());
        assertThat(seen).hasSize(8).startsWith("message 3 ").endsWith("message 0");
    }

    @Test
    @Tag("ERR-9")
    void contentHasALimitThatIsToldAndKept() {
        int max = person.get("/api/limits").body().path("message").path("maxCharacters").asInt();
        assertThat(person.say(thread, "long", "x".repeat(max)).status()).isEqualTo(202);
        Api.Answer tooLong = person.say(thread, "longer", "x".repeat(max + 1));
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.code()).isEqualTo("payload_too_large");
        assertThat(tooLong.body().path("detail").asString()).contains("" + max);
        assertThat(person.say(thread, "100k", "x".repeat(100_000)).status()).isEqualTo(413);
    }

    @Test
    @Tag("ERR-9")
    void badInputIsRefusedWithAProblemThatSaysWhy() {
        String path = "/api/threads/" + thread + "/messages";
        refused(person.say(thread, "e", ""), 422, "validation_failed");
        refused(person.say(thread, "e", "  \n "), 422, "validation_failed");
        refused(person.say(thread, "e", "nul \0 here"), 422, "validation_failed");
        refused(person.say(thread, "", "no id"), 422, "validation_failed");
        refused(person.say(thread, "i".repeat(101), "long id"), 422, "validation_failed");
        refused(person.post(path, Map.of("content", "no id at all")), 422, "validation_failed");
        refused(
                person.post(path, Map.of("clientMessageId", "u", "content", "x", "extra", 1)),
                422,
                "validation_failed");
        refused(
                person.post(
                        path, Map.of("clientMessageId", "m", "content", "x", "model", "no/such")),
                422,
                "validation_failed");
        refused(
                person.post(
                        path,
                        Map.of(
                                "clientMessageId",
                                "p",
                                "content",
                                "x",
                                "parentId",
                                UUID.randomUUID())),
                422,
                "validation_failed");
        refused(raw(path, "{not json"), 400, "malformed_request");
        refused(raw(path, ""), 400, "malformed_request");
        refused(raw(path, "[1,2]"), 400, "malformed_request");
        byte[] invalid =
                "{\"clientMessageId\":\"x\",\"content\":\"\u00ff\"}"
                        .getBytes(StandardCharsets.ISO_8859_1);
        refused(person.postRaw(path, invalid), 400, "malformed_request");
        refused(person.postRaw(path, new byte[10 * 1024 * 1024]), 413, "payload_too_large");
        refused(person.get("/api/threads/not-a-uuid"), 422, "validation_failed");
        refused(person.get("/api/threads/" + UUID.randomUUID()), 404, "not_found");
        refused(person.get(path + "?limit=0"), 422, "validation_failed");
        refused(person.get(path + "?limit=abc"), 422, "validation_failed");
        refused(person.get(path + "?before=!!"), 422, "validation_failed");
        refused(person.delete(path), 405, "method_not_allowed");
        refused(person.get("/api/nothing/here"), 404, "not_found");
        assertThat(person.messages(thread).size()).isZero();
    }

    @Test
    @Tag("ERR-9")
    @Tag("SES-3")
    void onePersonsOpenRunsAreBounded() {
        var config = Parts.platform().config();
        var run = new RunBounds().perUser(3).config();
        try (RunningService small =
                BackendService.start(Platform.with(config, run), ScriptedAgent.class)) {
            Api one = Api.person(small.port());
            var open = new ArrayList<String>();
            for (int i = 0; i < 3; i++) {
                open.add(one.ask(one.thread(), "hang"));
            }
            Api.Answer refused = one.say(one.thread(), "4", "one too many");
            refused(refused, 429, "rate_limited");
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(Api.person(small.port()).say("" + UUID.randomUUID(), "x", "x").status())
                    .as("somebody else is not bounded by it")
                    .isEqualTo(404);
            open.forEach(id -> one.post("/api/runs/" + id + "/stop", Map.of()));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> one.say(one.thread(), "5", "now").status() == 202);
        }
    }

    private void refused(Api.Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.response().headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json");
        assertThat(answer.body().path("correlationId").asString("")).isNotEmpty();
        assertThat(answer.body().path("detail").asString("")).isNotEmpty();
    }

    private Api.Answer raw(String path, String body) {
        return person.postRaw(path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String run(Api.Answer answer) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.body().path("runId").asString();
    }

    private void end(String runId) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> person.runState(runId).equals("completed"));
    }

    private static List<String> contents(JsonNode messages) {
        var contents = new ArrayList<String>();
        messages.forEach(m -> contents.add(m.path("content").asString()));
        return contents;
    }

    @Test
    @Tag("GLD-3")
    void manyMessagesAtOnceInOneThreadAreAllKept() throws ExecutionException, InterruptedException {
        var sent = new ArrayList<Future<Api.Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 30; i++) {
                String id = "m" + i;
                sent.add(threads.submit(() -> person.say(thread, id, "text " + id)));
            }
        }
        int accepted = 0;
        for (Future<Api.Answer> answer : sent) {
            accepted += answer.get().status() == 202 ? 1 : 0;
        }
        assertThat(
                        person.get("/api/threads/" + thread + "/messages?limit=200")
                                .body()
                                .path("items")
                                .size())
                .isEqualTo(2 * accepted);
        assertThat(accepted).isGreaterThan(0);
    }
}
