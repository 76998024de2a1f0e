package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.RunningService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a person does with threads. */
@Tag("COM-1")
class ThreadsIT {

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
    void pinnedThreadsComeFirstAndPagesFollowOneAnother() {
        var made = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            made.add(titled("thread " + i));
        }
        person.patch("/api/threads/" + made.get(2), Map.of("pinned", true));

        var seen = new ArrayList<String>();
        String cursor = "";
        do {
            Api.Answer page =
                    person.get(
                            "/api/threads?limit=3" + (cursor.isEmpty() ? "" : "&before=" + cursor));
            seen.addAll(titles(page.body().path("items")));
            cursor = page.body().path("nextCursor").asString("");
        } while (!cursor.isEmpty());
        assertThat(seen)
                .containsExactly(
                        "thread 2",
                        "thread 6",
                        "thread 5",
                        "thread 4",
                        "thread 3",
                        "thread 1",
                        "thread 0");
    }

    @Test
    void aSearchFindsTitlesThatContainIt() {
        titled("Pools and leaks");
        titled("100% sure");
        titled("Something else");
        assertThat(titles(person.get("/api/threads?q=LEAK").body().path("items")))
                .containsExactly("Pools and leaks");
        assertThat(titles(person.get("/api/threads?q=0%25").body().path("items")))
                .containsExactly("100% sure");
        assertThat(person.get("/api/threads?q=nothing").body().path("items").size()).isZero();
        assertThat(
                        Api.person(backend.port())
                                .get("/api/threads?q=leak")
                                .body()
                                .path("items")
                                .size())
                .isZero();
    }

    @Test
    void aDeletedThreadCanBeHadBackWithinTheWindow() {
        String thread = titled("precious");
        person.ask(thread, "hang");
        assertThat(person.delete("/api/threads/" + thread).status()).isEqualTo(204);
        assertThat(person.get("/api/threads/" + thread).status()).isEqualTo(404);
        assertThat(person.delete("/api/threads/" + thread).status()).isEqualTo(404);
        assertThat(person.get("/api/threads").body().path("items").size()).isZero();

        Api.Answer back = person.patch("/api/threads/" + thread, Map.of("deleted", false));
        assertThat(back.status()).isEqualTo(200);
        assertThat(back.body().path("title").asString()).isEqualTo("precious");
        assertThat(person.messages(thread).size()).isEqualTo(2);
    }

    @Test
    void aTitleIsMadeOfTheFirstMessageAndKeptWhenGivenByHand() {
        String thread = person.thread();
        person.ask(
                thread,
                "# What is a *pool* of connections, and why would one ever leak them at night?\n\nTell me.");
        JsonNode made = person.get("/api/threads/" + thread).body();
        assertThat(made.path("titleSource").asString()).isEqualTo("generated");
        assertThat(made.path("title").asString())
                .startsWith("What is a *pool* of connections")
                .endsWith("…")
                .hasSizeLessThanOrEqualTo(61);
        person.patch("/api/threads/" + thread, Map.of("title", "Mine"));
        person.ask(thread, "something else");
        JsonNode renamed = person.get("/api/threads/" + thread).body();
        assertThat(renamed.path("title").asString()).isEqualTo("Mine");
        assertThat(renamed.path("titleSource").asString()).isEqualTo("user");
    }

    @Test
    void aThreadAskedForTwiceByItsMakersIdIsOneThread() {
        String id = UuidV7.system().next().toString();
        Api.Answer made = person.post("/api/threads", Map.of("id", id, "title", "mine"));
        Api.Answer again = person.post("/api/threads", Map.of("id", id));
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.body().path("id").asString()).isEqualTo(id);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("title").asString()).isEqualTo("mine");
        assertThat(titles(person.get("/api/threads").body().path("items"))).containsExactly("mine");

        Api stranger = Api.person(backend.port());
        assertThat(stranger.post("/api/threads", Map.of("id", id)).code()).isEqualTo("conflict");
        assertThat(stranger.get("/api/threads/" + id).status()).isEqualTo(404);
        assertThat(person.post("/api/threads", Map.of("id", java.util.UUID.randomUUID())).status())
                .isEqualTo(422);
    }

    @Test
    void aBadChangeIsRefused() {
        String thread = person.thread();
        assertThat(
                        person.patch("/api/threads/" + thread, Map.of("title", "x".repeat(201)))
                                .status())
                .isEqualTo(422);
        assertThat(person.patch("/api/threads/" + thread, Map.of("deleted", true)).status())
                .isEqualTo(422);
        assertThat(
                        person.patch(
                                        "/api/threads/" + thread,
                                        Map.of("activeMessageId", java.util.UUID.randomUUID()))
                                .status())
                .isEqualTo(422);
        assertThat(person.patch("/api/threads/" + thread, Map.of("colour", "red")).status())
                .isEqualTo(422);
        assertThat(person.get("/api/threads?before=AAAA").status()).isEqualTo(422);
        assertThat(person.get("/api/threads?limit=101").status()).isEqualTo(422);
    }

    private String titled(String title) {
        Api.Answer made = person.post("/api/threads", Map.of("title", title));
        assertThat(made.status()).isEqualTo(201);
        return made.body().path("id").asString();
    }

    private static List<String> titles(JsonNode threads) {
        var titles = new ArrayList<String>();
        threads.forEach(t -> titles.add(t.path("title").asString()));
        return titles;
    }
}
