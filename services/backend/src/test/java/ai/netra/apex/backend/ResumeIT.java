package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.servicekit.RunningService;
import io.lettuce.core.RedisClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A run's events reach every device once and in order, from wherever it resumes, on any replica.
 */
@Tag("GLD-4")
class ResumeIT {

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
    private final Api elsewhere = person.at(second.port());

    @Test
    void twoDevicesOnTwoReplicasResumeFromEverySequenceWhileItStreams() throws Exception {
        String run = person.ask(person.thread(), "count 60 15");
        try (Socket whole = Socket.of(person);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            whole.subscribe(run, 0);
            var devices = new ArrayList<Future<Void>>();
            for (int after = 0; after < 40; after++) {
                long from = after;
                Api where = after % 2 == 0 ? person : elsewhere;
                devices.add(
                        threads.submit(
                                () -> {
                                    try (Socket device = Socket.of(where)) {
                                        device.subscribe(run, from);
                                        check(device.awaitEnd(run), from);
                                    }
                                    return null;
                                }));
            }
            for (Future<Void> device : devices) {
                device.get();
            }
            List<JsonNode> events = whole.awaitEnd(run);
            check(events, 0);
            assertThat(Socket.text(events)).isEqualTo(Socket.numbers(60));

            // And after its end, from every sequence there is, on the replica that did not run it.
            for (long from = 0; from < events.size(); from++) {
                try (Socket device = Socket.of(elsewhere)) {
                    device.subscribe(run, from);
                    List<JsonNode> rest = device.awaitEnd(run);
                    assertThat(rest).isEqualTo(events.subList((int) from, events.size()));
                }
            }
        }
    }

    private static void check(List<JsonNode> events, long after) {
        assertThat(events).isNotEmpty();
        List<Long> sequences = Socket.sequences(events);
        assertThat(sequences.getFirst()).isEqualTo(after + 1);
        assertThat(sequences)
                .isEqualTo(
                        Socket.upTo(sequences.getLast())
                                .subList((int) after, sequences.getLast().intValue()));
    }

    @Test
    void aConnectionCutInMidStreamGoesOnWhereItWas() {
        String run = person.ask(person.thread(), "count 80 10");
        var seen = new ArrayList<JsonNode>();
        for (int cut = 1; cut <= 4; cut++) {
            int until = cut * 8;
            Api where = cut % 2 == 0 ? elsewhere : person;
            try (Socket socket = Socket.of(where)) {
                socket.subscribe(run, seen.size());
                socket.await(
                        f -> Socket.isLast(f) || f.path("sequence").asLong() >= until, "" + until);
                socket.abort();
                seen.addAll(socket.events(run));
            }
        }
        try (Socket socket = Socket.of(elsewhere)) {
            socket.subscribe(run, seen.size());
            seen.addAll(socket.awaitEnd(run));
        }
        assertThat(Socket.sequences(seen)).isEqualTo(Socket.upTo(seen.size()));
        assertThat(Socket.text(seen)).isEqualTo(Socket.numbers(80));
    }

    @Test
    @Tag("COM-1")
    void serverSentEventsCarryTheSameAndResumeByLastEventId() throws Exception {
        String run = person.ask(person.thread(), "count 30 10");
        List<String> whole = sse(elsewhere, run, null);
        List<String> rest = sse(person, run, "4");
        assertThat(whole.getFirst()).startsWith("id: 1");
        assertThat(rest.getFirst()).startsWith("id: 5");
        assertThat(rest).isEqualTo(whole.subList(4, whole.size()));
        assertThat(whole.getLast()).contains("event: agent_completed");
        assertThat(person.get("/api/runs/" + run + "/events?afterSequence=x").status())
                .isEqualTo(422);
    }

    private static List<String> sse(Api api, String run, String lastEventId)
            throws IOException, InterruptedException {
        var request = api.request("/api/runs/" + run + "/events");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<java.io.InputStream> response =
                Api.HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Type").orElse(""))
                .startsWith("text/event-stream");
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            String all = String.join("\n", reader.lines().toList());
            return List.of(all.strip().split("\n\n")).stream()
                    .filter(e -> !e.startsWith(":"))
                    .toList();
        }
    }

    @Test
    @Tag("GLD-6")
    void aFinishedRunWhoseEventsAreGoneIsToldAgainFromWhatWasStored() {
        String run = person.ask(person.thread(), "tool please");
        List<JsonNode> original;
        try (Socket socket = Socket.of(person)) {
            socket.subscribe(run, 0);
            original = socket.awaitEnd(run);
        }
        RedisClient redis = RedisClient.create(Parts.platform().redisUrl());
        try (var connection = redis.connect()) {
            assertThat(connection.sync().del("apex:run:{" + run + "}:events")).isEqualTo(1);
        } finally {
            redis.shutdown();
        }
        try (Socket socket = Socket.of(elsewhere)) {
            socket.subscribe(run, 0);
            List<JsonNode> again = socket.awaitEnd(run);
            assertThat(Socket.sequences(again)).isEqualTo(Socket.upTo(again.size()));
            assertThat(Socket.text(again)).isEqualTo("Let me see. It is 42.");
            assertThat(again.stream().map(e -> e.path("type").asString()).toList())
                    .isEqualTo(original.stream().map(e -> e.path("type").asString()).toList());
            assertThat(socket.frames.stream().map(f -> f.path("type").asString("")))
                    .doesNotContain("run_reset");
        }
        try (Socket socket = Socket.of(elsewhere)) {
            socket.subscribe(run, 3);
            socket.await("run_reset");
            assertThat(Socket.text(socket.awaitEnd(run))).isEqualTo("Let me see. It is 42.");
        }
    }

    @Test
    void aRunStopsFromTheOtherReplicaAndKeepsItsText() {
        String thread = person.thread();
        String run = person.ask(thread, "count 10000 5");
        try (Socket socket = Socket.of(elsewhere)) {
            socket.subscribe(run, 0);
            socket.await("text_delta");
            long asked = System.nanoTime();
            socket.send(Map.of("type", "stop", "runId", run));
            socket.await("stopping");
            List<JsonNode> events = socket.awaitEnd(run);
            assertThat(System.nanoTime() - asked).isLessThan(30_000_000_000L);
            assertThat(events.getLast().path("type").asString()).isEqualTo("run_stopped");
            JsonNode answer = person.messages(thread).get(0);
            assertThat(answer.path("status").asString()).isEqualTo("stopped");
            assertThat(answer.path("content").asString()).isEqualTo(Socket.text(events));
        }
        Api.Answer again = person.post("/api/runs/" + run + "/stop", Map.of());
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("state").asString()).isEqualTo("stopped");
    }

    @Test
    void aRunThatIsSilentOrDeafStopsToo() {
        for (String behaviour : List.of("hang", "deaf")) {
            String run = person.ask(person.thread(), behaviour);
            try (Socket socket = Socket.of(person)) {
                socket.subscribe(run, 0);
                socket.await("agent_started");
                socket.send(Map.of("type", "stop", "runId", run));
                assertThat(socket.awaitEnd(run).getLast().path("type").asString())
                        .isEqualTo("run_stopped");
            }
        }
    }
}
