package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.EmbeddedRedis;
import ai.netra.apex.servicekit.RunningService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Redis dies and comes back; chat goes on. */
@Tag("GLD-6")
class RedisAwayIT {

    @Test
    void redisKilledInMidStreamCostsNoEventAndChatGoesOnWithoutIt() {
        try (EmbeddedRedis redis = EmbeddedRedis.startTemporary();
                RunningService first =
                        BackendService.start(Parts.platform(redis).config(), ScriptedAgent.class);
                RunningService second =
                        BackendService.start(Parts.platform(redis).config(), ScriptedAgent.class)) {
            Api person = Api.person(first.port());
            Api elsewhere = person.at(second.port());
            Socket watching = Socket.of(person);
            assertThat(watching.await("ready").path("degraded").toString()).doesNotContain("redis");
            String thread = person.thread();
            try (Socket near = Socket.of(person);
                    Socket far = Socket.of(elsewhere)) {
                String run = person.ask(thread, "count 150 20");
                near.subscribe(run, 0);
                far.subscribe(run, 0);
                far.await(f -> f.path("sequence").asLong() > 20, "events at the other replica");
                redis.kill();

                List<JsonNode> events = near.awaitEnd(run);
                assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
                assertThat(Socket.text(events)).isEqualTo(Socket.numbers(150));
                assertThat(health(first)).contains("degraded").contains("redis");
                watching.await(RedisAwayIT::saysRedisIsAway, "word of it on the socket");
                assertThat(person.get("/api/status").body().path("degraded").toString())
                        .contains("redis");

                far.awaitEnd(run);
                assertThat(textAfterReset(far, run)).isEqualTo(Socket.numbers(150));

                String without = elsewhere.ask(thread, "no redis at all");
                far.subscribe(without, 0);
                assertThat(Socket.text(far.awaitEnd(without))).isEqualTo("no redis at all ");
            }
            redis.start();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> health(first).contains("\"up\",\"service\""));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> health(second).contains("\"up\",\"service\""));
            watching.await(RedisAwayIT::saysAllIsWell, "word that Redis is back");
            watching.close();
            try (Socket far = Socket.of(elsewhere)) {
                String run = person.ask(thread, "count 30 10");
                far.subscribe(run, 0);
                List<JsonNode> events = far.awaitEnd(run);
                assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
                assertThat(Socket.text(events)).isEqualTo(Socket.numbers(30));
            }
        }
    }

    @Test
    void redisBackInMidStreamGetsWhatItMissed() {
        try (EmbeddedRedis redis = EmbeddedRedis.startTemporary();
                RunningService first =
                        BackendService.start(Parts.platform(redis).config(), ScriptedAgent.class);
                RunningService second =
                        BackendService.start(Parts.platform(redis).config(), ScriptedAgent.class)) {
            Api person = Api.person(first.port());
            try (Socket far = Socket.of(person.at(second.port()));
                    Socket near = Socket.of(person)) {
                String run = person.ask(person.thread(), "count 400 20");
                near.subscribe(run, 0);
                far.subscribe(run, 0);
                far.await(f -> f.path("sequence").asLong() > 10, "some events");
                redis.kill();
                long lost = near.events(run).size();
                near.await(f -> f.path("sequence").asLong() > lost + 40, "events without Redis");
                redis.start();

                List<JsonNode> events = far.awaitEnd(run);
                assertThat(Socket.sequences(events)).isEqualTo(Socket.upTo(events.size()));
                assertThat(Socket.text(events)).isEqualTo(Socket.numbers(400));
                assertThat(far.frames.stream().map(f -> f.path("type").asString("")))
                        .doesNotContain("run_reset");
            }
        }
    }

    /** What a client that obeys {@code run_reset} has in the end. */
    private static String textAfterReset(Socket socket, String run) {
        List<JsonNode> frames =
                socket.frames.stream()
                        .filter(f -> f.path("runId").asString("").equals(run))
                        .toList();
        int from = 0;
        for (int i = 0; i < frames.size(); i++) {
            from = frames.get(i).path("type").asString("").equals("run_reset") ? i + 1 : from;
        }
        return Socket.text(frames.subList(from, frames.size()));
    }

    private static boolean saysRedisIsAway(JsonNode frame) {
        return frame.path("type").asString("").equals("degraded")
                && frame.path("parts").toString().contains("redis");
    }

    private static boolean saysAllIsWell(JsonNode frame) {
        return frame.path("type").asString("").equals("degraded")
                && !frame.path("parts").toString().contains("redis");
    }

    private static String health(RunningService service) {
        return new Api(service.port(), "").get("/health").body().toString();
    }
}
