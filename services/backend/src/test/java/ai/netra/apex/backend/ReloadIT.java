package ai.netra.apex.backend;

import static ai.netra.apex.backend.ReloadedBackend.ask;
import static ai.netra.apex.backend.ReloadedBackend.end;
import static ai.netra.apex.backend.ReloadedBackend.runId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.database.DatabaseException;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.Session;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.reload.ConfigState;
import ai.netra.apex.testing.model.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Every setting that can be changed while the service runs is changed, and what it does is seen.
 */
@Tag("CFG-7")
class ReloadIT {

    /** Secrets, which are changed where they are rotated under load, and the store of secrets. */
    private static final Set<String> SECRETS =
            Set.of(
                    "BACKEND_VAULT_REFRESH",
                    "BACKEND_DATABASE_USER",
                    "BACKEND_DATABASE_PASSWORD",
                    "BACKEND_DATABASE_LOGIN",
                    "BACKEND_DATABASE_OWNER_PASSWORD",
                    "BACKEND_REDIS_PASSWORD",
                    "BACKEND_AUTH_PRIVATE_KEY",
                    "BACKEND_MANAGEMENT_TOKEN",
                    "BACKEND_CLICKHOUSE_PASSWORD");

    private static final String MODEL = "openai/gpt-a";
    private static ReloadedBackend backend;

    /** What is changed, and what has to be seen then. */
    record Row(String name, Map<String, String> changes, Consumer<ReloadedBackend> seen) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.concat(limits(), models());
    }

    private static Stream<Row> limits() {
        return Stream.of(
                new Row(
                        "size of messages",
                        Map.of("BACKEND_MESSAGE_MAX_CHARACTERS", "100"),
                        b -> {
                            assertThat(ask(b.person(), MODEL, "x".repeat(101)).status())
                                    .isEqualTo(413);
                            assertThat(limit(b, "/message/maxCharacters")).isEqualTo(100);
                        }),
                new Row(
                        "undoing a deletion",
                        Map.of("BACKEND_THREAD_UNDO", "60s"),
                        ReloadIT::deletionsOfFiveMinutesAgoStay),
                new Row(
                        "runs of one person",
                        Map.of("BACKEND_RUNS_PER_USER", "1"),
                        b -> {
                            Api person = b.person();
                            String first = runId(ask(person, MODEL, "say nothing"));
                            assertThat(ask(person, MODEL, "Hello?").status()).isEqualTo(429);
                            stop(person, first);
                        }),
                new Row(
                        "runs at once",
                        Map.of("BACKEND_RUNS_MAX", "1", "BACKEND_RUNS_QUEUED", "0"),
                        b -> {
                            Api person = b.person();
                            String first = runId(ask(person, MODEL, "say nothing"));
                            assertThat(ask(b.person(), MODEL, "Hello?").status()).isEqualTo(503);
                            stop(person, first);
                        }),
                new Row(
                        "events in Redis",
                        Map.of("BACKEND_RUN_EVENTS_KEPT", "5m"),
                        ReloadIT::eventsAreKeptFiveMinutes),
                new Row(
                        "frames of a socket that is open",
                        Map.of("BACKEND_SOCKET_FRAMES_PER_SECOND", "1"),
                        b -> {
                            assertThat(limit(b, "/frames/perSecond")).isEqualTo(1);
                            assertThat(floodedSocket(b)).isEqualTo(4003);
                        }),
                new Row(
                        "size of the pool",
                        Map.of("BACKEND_DATABASE_POOL", "3"),
                        b -> assertThat(database(b).snapshot().poolSize()).isEqualTo(3)),
                new Row(
                        "replicas that share the server",
                        Map.of("BACKEND_REPLICAS", "40"),
                        b -> assertThat(database(b).snapshot().poolSize()).isEqualTo(2)),
                new Row(
                        "share of the pool",
                        Map.of("BACKEND_DATABASE_USER_SHARE", "0.5"),
                        ReloadIT::onePersonHoldsTwoSessions),
                new Row(
                        "who may wait",
                        Map.of("BACKEND_DATABASE_WAITERS", "0"),
                        b -> noSessionIsLeft(b, "QUEUE_FULL")),
                new Row(
                        "times",
                        Map.of(
                                "BACKEND_RUN_MAX_DURATION", "3s",
                                "BACKEND_DATABASE_TRANSACTION_TIMEOUT", "2s",
                                "BACKEND_DATABASE_STATEMENT_TIMEOUT", "1s",
                                "BACKEND_DATABASE_SESSION_WAIT", "300ms"),
                        ReloadIT::timesAreShort),
                new Row(
                        "patience with Redis",
                        Map.of("BACKEND_REDIS_COMMAND_TIMEOUT", "50ms"),
                        b -> {
                            RedisLink redis = b.service.get(RedisLink.class);
                            var _ = redis.commands().clientPause(3_000);
                            await().atMost(Duration.ofSeconds(30)).until(() -> !redis.available());
                            await().atMost(Duration.ofSeconds(30)).until(redis::available);
                        }),
                new Row(
                        "level of our lines",
                        Map.of("BACKEND_LOG_LEVEL", "debug"),
                        b -> assertThat(logsDebug("ai.netra.apex.backend.run")).isTrue()),
                new Row(
                        "levels of packages",
                        Map.of(
                                "BACKEND_LOG_LEVELS",
                                "org.flywaydb=debug,ai.netra.apex.backend=warn"),
                        b -> {
                            assertThat(logsDebug("org.flywaydb.core")).isTrue();
                            assertThat(
                                            LoggerFactory.getLogger("ai.netra.apex.backend.run")
                                                    .isInfoEnabled())
                                    .isFalse();
                        }));
    }

    private static Stream<Row> models() {
        String keyed = backend.keyed.openAiBaseUrl().toString();
        String origin = backend.keyed.origin().toString();
        return Stream.of(
                new Row(
                        "the default model",
                        Map.of("BACKEND_MODELS_DEFAULT", MODEL),
                        b -> assertThat(b.model(MODEL).path("default").asBoolean()).isTrue()),
                new Row(
                        "models allowed",
                        Map.of("BACKEND_MODELS_ALLOWED", "openai/gpt-b"),
                        b -> {
                            assertThat(b.models()).contains("openai/gpt-b").doesNotContain(MODEL);
                            assertThat(ask(b.person(), MODEL, "Hello?").status()).isEqualTo(422);
                        }),
                new Row(
                        "models without tools",
                        Map.of("BACKEND_MODELS_WITHOUT_TOOLS", MODEL),
                        b ->
                                assertThat(b.model(MODEL).path("supportsTools").asBoolean())
                                        .isFalse()),
                new Row(
                        "how often lists are read",
                        Map.of("BACKEND_MODELS_REFRESH", "1s"),
                        b -> {
                            b.provider.models("gpt-a", "gpt-b", "gpt-late");
                            b.awaitModel("openai/gpt-late");
                        }),
                new Row(
                        "time to the first piece",
                        Map.of("BACKEND_MODELS_FIRST_TOKEN_TIMEOUT", "200ms"),
                        b -> assertFails(b, "say nothing")),
                new Row(
                        "silence in an answer",
                        Map.of("BACKEND_MODELS_IDLE_TIMEOUT", "200ms"),
                        b -> assertFails(b, "begin only")),
                new Row(
                        "time of a whole answer",
                        Map.of("BACKEND_MODELS_TOTAL_TIMEOUT", "1s"),
                        b -> assertFails(b, "go on and on")),
                new Row(
                        "times of one model",
                        Map.of("BACKEND_MODELS_TIMEOUTS", MODEL + "=1/1/1"),
                        b -> assertFails(b, "say nothing")),
                new Row(
                        "calls at once",
                        Map.of("BACKEND_MODELS_CONCURRENT", "1"),
                        b -> {
                            Api person = b.person();
                            int before = b.provider.exchanges().size();
                            String first = runId(ask(person, MODEL, "say nothing"));
                            b.provider.awaitExchange(before, Duration.ofSeconds(60));
                            assertFails(b, "Hello?");
                            stop(person, first);
                        }),
                new Row(
                        "sending again",
                        Map.of("BACKEND_MODELS_RETRIES", "0"),
                        b -> {
                            b.provider.enqueue(Script.failure(503, "overloaded", "Busy.", "0"));
                            assertFails(b, "Hello?");
                        }),
                new Row(
                        "steps",
                        Map.of("BACKEND_MODELS_MAX_STEPS", "1"),
                        b -> {
                            assertCompletes(b, MODEL);
                            assertThat(b.provider.exchanges().getLast().body().has("tools"))
                                    .isFalse();
                        }),
                new Row(
                        "another address",
                        Map.of("BACKEND_OPENAI_BASE_URL", backend.other.openAiBaseUrl().toString()),
                        b -> {
                            assertCompletes(b, "openai/other-1");
                            assertThat(b.models()).doesNotContain(MODEL);
                        }),
                new Row(
                        "a key",
                        Map.of("BACKEND_OPENAI_BASE_URL", keyed, "BACKEND_OPENAI_API_KEY", "sk-1"),
                        b -> assertCompletes(b, "openai/keyed-1")),
                new Row(
                        "a server of one's own",
                        Map.of(
                                "BACKEND_OPENAI_COMPATIBLE",
                                "own=" + keyed,
                                "BACKEND_OPENAI_COMPATIBLE_KEYS",
                                "own=sk-1"),
                        b -> assertCompletes(b, "own/keyed-1")),
                new Row(
                        "Anthropic",
                        Map.of(
                                "BACKEND_ANTHROPIC_BASE_URL",
                                origin,
                                "BACKEND_ANTHROPIC_API_KEY",
                                "sk-1"),
                        b -> assertCompletes(b, "anthropic/keyed-1")),
                new Row(
                        "Gemini",
                        Map.of("BACKEND_GEMINI_BASE_URL", origin, "BACKEND_GEMINI_API_KEY", "sk-1"),
                        b -> assertCompletes(b, "gemini/keyed-1")),
                new Row(
                        "Ollama",
                        Map.of("BACKEND_OLLAMA_BASE_URL", backend.other.origin().toString()),
                        b -> assertCompletes(b, "ollama/other-1")));
    }

    @BeforeAll
    static void start() {
        backend = new ReloadedBackend();
    }

    @AfterAll
    static void stop() {
        backend.close();
    }

    @AfterEach
    void restore() {
        backend.provider.models("gpt-a", "gpt-b");
        backend.restore();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void whatIsChangedHoldsAtOnceAndNoLongerThanItStands(Row row) {
        backend.change(row.changes());
        row.seen().accept(backend);

        backend.restore();
        assertThat(backend.model(MODEL).path("available").asBoolean()).isTrue();
    }

    @Test
    void everySettingThatCanBeReloadedIsChangedHere() {
        var changed = new TreeSet<>(SECRETS);
        rows().forEach(row -> changed.addAll(row.changes().keySet()));
        assertThat(
                        BackendSettings.SETTINGS.settings().stream()
                                .filter(Setting::isReloadable)
                                .map(Setting::key))
                .containsExactlyInAnyOrderElementsOf(changed);
    }

    private static int limit(ReloadedBackend b, String pointer) {
        return b.person().get("/api/limits").body().at(pointer).asInt();
    }

    private static boolean logsDebug(String name) {
        return LoggerFactory.getLogger(name).isDebugEnabled();
    }

    private static DatabaseManager database(ReloadedBackend b) {
        return b.service.get(DatabaseManager.class);
    }

    private static void stop(Api person, String run) {
        person.post("/api/runs/" + run + "/stop", Map.of());
        end(person, run);
    }

    private static void assertFails(ReloadedBackend b, String text) {
        assertThat(b.run(MODEL, text).path("state").asString()).isEqualTo("failed");
    }

    private static void assertCompletes(ReloadedBackend b, String model) {
        b.awaitModel(model);
        JsonNode run = b.run(model, "Hello?");
        assertThat(run.path("state").asString()).as("%s", run).isEqualTo("completed");
    }

    private static void deletionsOfFiveMinutesAgoStay(ReloadedBackend b) {
        Api person = b.person();
        String thread = person.thread();
        person.delete("/api/threads/" + thread);
        b.service
                .get(Database.class)
                .jdbc()
                .sql("UPDATE thread SET deleted_at = now() - interval '5 min' WHERE id = ?::uuid")
                .params(thread)
                .update();
        Map<String, Boolean> undo = Map.of("deleted", false);
        assertThat(person.patch("/api/threads/" + thread, undo).status()).isEqualTo(404);
        b.restore();
        assertThat(person.patch("/api/threads/" + thread, undo).status()).isEqualTo(200);
    }

    private static void eventsAreKeptFiveMinutes(ReloadedBackend b) {
        String run = b.run(MODEL, "Hello?").path("id").asString();
        var redis = b.service.get(RedisLink.class).commands();
        List<String> keys = redis.keys("*" + run + "*").toCompletableFuture().join();
        assertThat(keys).isNotEmpty();
        for (String key : keys) {
            assertThat(redis.pttl(key).toCompletableFuture().join()).isBetween(1L, 300_000L);
        }
    }

    /** How a socket is closed that was open before the change of the rate. */
    private static int floodedSocket(ReloadedBackend b) {
        b.restore();
        try (Socket socket = Socket.of(b.person())) {
            b.change(Map.of("BACKEND_SOCKET_FRAMES_PER_SECOND", "1"));
            for (int i = 0; i < 50 && !socket.closed.isDone(); i++) {
                try {
                    socket.send(Map.of("type", "ping"));
                } catch (RuntimeException e) {
                    break; // it is closed
                }
            }
            return socket.awaitClose();
        }
    }

    private static void onePersonHoldsTwoSessions(ReloadedBackend b) {
        SessionRequest request =
                SessionRequest.read("share").user("one").within(Duration.ofSeconds(30));
        try (Session first = database(b).open(request);
                Session second = database(b).open(request)) {
            assertThat(first.info().id()).isNotEqualTo(second.info().id());
        }
    }

    private static void noSessionIsLeft(ReloadedBackend b, String reason) {
        DatabaseManager database = database(b);
        List<Session> all = new ArrayList<>();
        try {
            while (true) {
                all.add(database.open(SessionRequest.read("all of them")));
            }
        } catch (DatabaseException e) {
            assertThat(e.getMessage()).contains(reason);
        } finally {
            all.forEach(Session::close);
        }
    }

    private static void timesAreShort(ReloadedBackend b) {
        var jdbc = b.service.get(Database.class).jdbc();
        assertThat(jdbc.sql("SHOW statement_timeout").query(String.class).single()).isEqualTo("1s");
        assertThat(
                        jdbc.sql("SHOW idle_in_transaction_session_timeout")
                                .query(String.class)
                                .single())
                .isEqualTo("2s");
        assertThatThrownBy(() -> jdbc.sql("SELECT pg_sleep(100)").query().singleRow())
                .hasStackTraceContaining("timeout");
        noSessionIsLeft(b, "WAIT");
        assertFails(b, "say nothing");
    }

    @Test
    void aBadConfigurationIsRefusedWholeWithEveryProblemAndTheOldOneStays() {
        backend.write(
                Map.of(
                        "BACKEND_MESSAGE_MAX_CHARACTERS", "100",
                        "BACKEND_RUNS_MAX", "none",
                        "BACKEND_DATABASE_STATEMENT_TIMEOUT", "6m",
                        "BACKEND_MODELS_RETIRES", "1"));
        Api.Answer refused = backend.askToReload();
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body().path("problems").toString())
                .contains(
                        "BACKEND_RUNS_MAX",
                        "BACKEND_MODELS_RETIRES",
                        "BACKEND_MODELS_RETRIES",
                        "BACKEND_DATABASE_STATEMENT_TIMEOUT");
        assertThat(backend.watcher.history().getFirst().trigger()).isEqualTo("call of a person");
        assertThat(limit(backend, "/message/maxCharacters")).isEqualTo(32_000);
        assertThat(backend.watcher.state()).isEqualTo(ConfigState.CONFIG_ERROR);
        assertThat(health()).contains("BACKEND_RUNS_MAX");

        Map<String, String> fixed =
                Map.of("BACKEND_DATABASE_PORT", "5999", "BACKEND_AUTH_ISSUER", "http://other:1");
        for (String key : fixed.keySet()) {
            backend.write(Map.of("BACKEND_MESSAGE_MAX_CHARACTERS", "100", key, fixed.get(key)));
            ConfigEvent event = backend.watcher.reloadNow("test");
            assertThat(event.kind()).isEqualTo(ConfigEvent.Kind.REFUSED);
            assertThat(event.changedKeys()).containsOnly("BACKEND_MESSAGE_MAX_CHARACTERS", key);
            assertThat(event.problems()).extracting(ConfigProblem::key).containsOnly(key);
            assertThat(limit(backend, "/message/maxCharacters")).isEqualTo(32_000);
        }

        backend.write(Map.of("BACKEND_MESSAGE_MAX_CHARACTERS", "100"));
        hangUp();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> limit(backend, "/message/maxCharacters") == 100);
        assertThat(backend.watcher.history().getFirst().trigger()).isEqualTo("SIGHUP");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> backend.watcher.state() == ConfigState.VALID);
    }

    private static String health() {
        await("degraded configuration")
                .atMost(Duration.ofSeconds(60))
                .until(() -> backend.person().get("/health").body().toString().contains("refused"));
        return backend.person().get("/health").body().toString();
    }

    private static void hangUp() {
        try {
            String self = Long.toString(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-HUP", self).start().waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aRunInProgressGoesOnWithTheProviderItBeganWith() {
        var gone = new CountDownLatch(1);
        var asked = new CountDownLatch(1);
        backend.provider.respond(
                exchange -> {
                    if (exchange.body().toString().contains("\"tool\"")) {
                        return Script.text("It is noon.");
                    }
                    asked.countDown();
                    awaitQuietly(gone);
                    return Script.begin().toolCall("c1", "current_time", "{}");
                });
        try {
            Api person = backend.person();
            String run = runId(ask(person, MODEL, "What time is it?"));
            awaitQuietly(asked);
            backend.change(Map.of("BACKEND_OPENAI_BASE_URL", ""));
            assertThat(backend.models()).doesNotContain("openai/");
            gone.countDown();

            assertThat(end(person, run).path("state").asString()).isEqualTo("completed");
            assertThat(ask(person, MODEL, "Hello?").status()).isEqualTo(422);
        } finally {
            gone.countDown();
            backend.provider.respond(_ -> Script.text("Hello", " there."));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
