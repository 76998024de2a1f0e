package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedClickHouse;
import ai.netra.apex.testing.model.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The guide and a language model answer in threads, on real PostgreSQL, Redis and ClickHouse. */
@Tag("GLD-2")
class GuideIT {

    private static EmbeddedClickHouse clickhouse;
    private static WholeBackend backend;

    @BeforeAll
    static void start() {
        clickhouse = EmbeddedClickHouse.startTemporary();
        backend = new WholeBackend(clickhouse);
    }

    @AfterAll
    static void stop() {
        backend.close();
        clickhouse.close();
    }

    private final Api person = Api.person(backend.port());

    @Test
    void answersFromTheDocumentationThroughRunEvents() {
        String thread = person.thread();

        JsonNode answer = ask(thread, "How do I connect a model such as Ollama?", null);

        assertThat(answer.path("status").asString()).isEqualTo("complete");
        assertThat(answer.path("content").asString())
                .contains("BACKEND_OLLAMA_BASE_URL")
                .contains("docs/models.md");
        List<String> steps = new ArrayList<>();
        answer.path("steps").forEach(s -> steps.add(s.path("type").asString()));
        assertThat(steps).containsExactly("agent_thinking", "tool");
    }

    @Test
    void findsWhatThePersonSaidInAnotherThreadAndNobodyElses() {
        String stranger = Api.person(backend.port()).thread();
        assertThat(stranger).isNotEmpty();
        Api somebodyElse = Api.person(backend.port());
        ask(somebodyElse, somebodyElse.thread(), "My flamingo costs a fortune", null);
        String first = person.thread();
        ask(first, "Our flamingo needs a new pond, note that", null);

        JsonNode answer = ask(person.thread(), "What did I say about flamingos?", null);

        assertThat(answer.path("content").asString())
                .contains("/c/" + first)
                .contains("new pond")
                .doesNotContain("fortune");
    }

    @Test
    @Tag("INF-9")
    void saysHowThePlatformIs() {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> person.get("/health").body().path("status").asString().equals("up"));

        JsonNode answer = ask(person.thread(), "Is everything up and running?", null);

        assertThat(answer.path("content").asString())
                .contains("Everything is up")
                .contains("| postgresql | up |")
                .contains("| clickhouse | up |");
    }

    @Test
    @Tag("GLD-6")
    void countsItsOwnCallsAndThoseOfOtherModels() {
        backend.provider.enqueue(Script.text("four").usage(21, 9));
        ask(person.thread(), "two and two?", "openai/gpt-test");
        ask(person.thread(), "hello", null);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> usage("model").path("total").path("calls").asInt() == 2);

        JsonNode byModel = usage("model");
        assertThat(byModel.path("available").asBoolean()).isTrue();
        assertThat(byModel.path("items").toString())
                .contains("\"model\":\"openai/gpt-test\"")
                .contains("\"inputTokens\":21")
                .contains("\"outputTokens\":9");
        assertThat(usage("day").path("items").size()).isEqualTo(1);
        assertThat(person.get("/api/usage?by=week").status()).isEqualTo(422);
        assertThat(person.get("/api/usage?from=yesterday").status()).isEqualTo(422);

        JsonNode answer = ask(person.thread(), "How many tokens have I used?", null);
        assertThat(answer.path("content").asString())
                .contains("openai/gpt-test")
                .contains("2 model calls");
    }

    @Test
    void aModelsFailureEndsTheRunHonestly() {
        backend.provider.enqueue(Script.failure(401, "invalid_api_key", "wrong sk-live-123456789"));

        JsonNode answer = ask(person.thread(), "Hi", "openai/gpt-test");

        assertThat(answer.path("status").asString()).isEqualTo("failed");
        assertThat(answer.path("problem").path("code").asString())
                .isEqualTo("model_provider_failed");
        assertThat(answer.path("problem").path("detail").asString())
                .contains("openai-api-key")
                .doesNotContain("sk-live");
    }

    @Test
    void listsTheModels() {
        JsonNode items = person.get("/api/models").body().path("items");

        assertThat(items.get(0).path("id").asString()).isEqualTo("apex/guide");
        assertThat(items.get(0).path("default").asBoolean()).isTrue();
        assertThat(items.get(1).path("id").asString()).isEqualTo("openai/gpt-test");
    }

    @Test
    void searchesTheCallersThreadsWithHighlightsAndPages() {
        for (int i = 0; i < 3; i++) {
            ask(person.thread(), "A zeppelin of number " + i + " flies by", null);
        }
        Api other = Api.person(backend.port());

        JsonNode page = person.get("/api/search?q=zeppel&limit=2").body();

        assertThat(page.path("items").size()).isEqualTo(2);
        JsonNode hit = page.path("items").get(0);
        String excerpt = hit.path("excerpt").asString();
        JsonNode range = hit.path("highlights").get(0);
        assertThat(excerpt.substring(range.path("start").asInt(), range.path("end").asInt()))
                .isEqualTo("zeppelin");
        String cursor = page.path("nextCursor").asString();
        JsonNode last = person.get("/api/search?q=zeppel&limit=2&before=" + cursor).body();
        assertThat(last.path("items").size()).isEqualTo(1);
        assertThat(last.has("nextCursor")).isFalse();

        assertThat(other.get("/api/search?q=zeppelin").body().path("items")).isEmpty();
        assertThat(person.get("/api/search?q=").status()).isEqualTo(422);
        assertThat(person.get("/api/search?q=" + "x".repeat(201)).status()).isEqualTo(422);
        assertThat(person.get("/api/search?q=%27%20%26%20%7C%20%21%28%3A%2A%00").status())
                .isEqualTo(200);
    }

    private JsonNode usage(String by) {
        return person.get("/api/usage?by=" + by).body();
    }

    private JsonNode ask(String thread, String question, String model) {
        return ask(person, thread, question, model);
    }

    /** Asks and waits for the end; returns the answer's message. */
    private static JsonNode ask(Api person, String thread, String question, String model) {
        var body = new java.util.HashMap<String, Object>();
        body.put("clientMessageId", UUID.randomUUID().toString());
        body.put("content", question);
        if (model != null) {
            body.put("model", model);
        }
        Api.Answer accepted = person.post("/api/threads/" + thread + "/messages", Map.copyOf(body));
        assertThat(accepted.status()).as(accepted.body().toString()).isEqualTo(202);
        String run = accepted.body().path("runId").asString();
        await().atMost(Duration.ofSeconds(40))
                .until(
                        () ->
                                List.of("completed", "failed", "stopped")
                                        .contains(person.runState(run)));
        return person.messages(thread).get(0);
    }
}
