package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.agent.AgentConfiguration;
import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.servicekit.management.ManagementServer;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.settings.reload.ConfigWatcher;
import ai.netra.apex.testing.model.Exchange;
import ai.netra.apex.testing.model.FakeModelProvider;
import ai.netra.apex.testing.model.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A whole backend on a configuration file that a test changes, with providers of models. */
final class ReloadedBackend implements AutoCloseable {

    static final String MANAGEMENT_TOKEN = "only-for-the-tests-4mT";

    static final String MODEL = "openai/gpt-a";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeModelProvider provider = provider("gpt-a", "gpt-b");
    final FakeModelProvider other = provider("other-1");
    final FakeModelProvider keyed = provider("keyed-1").requireKey("sk-1");
    final ConfigWatcher watcher;
    final RunningService service;
    private final Map<String, String> base = new TreeMap<>();
    private final Path file;

    ReloadedBackend() {
        Platform platform = Parts.platformApart("reload");
        base.put("BACKEND_DATABASE_POOL", "4");
        base.put("BACKEND_DATABASE_USER_SHARE", "0.25");
        base.put("BACKEND_DATABASE_SESSION_WAIT", "4m");
        base.put("BACKEND_DATABASE_TRANSACTION_TIMEOUT", "5m");
        base.put("BACKEND_REDIS_COMMAND_TIMEOUT", "10s");
        base.put("BACKEND_MODELS_REFRESH", "1d");
        base.put("BACKEND_MODELS_FIRST_TOKEN_TIMEOUT", "600s");
        base.put("BACKEND_MODELS_IDLE_TIMEOUT", "600s");
        base.put("BACKEND_OPENAI_BASE_URL", provider.openAiBaseUrl().toString());
        try {
            Path directory = Files.createTempDirectory("apex-reload");
            file = directory.resolve("backend.conf");
            write(Map.of());
            var sources =
                    ConfigSources.ofEnvironment(
                            Map.ofEntries(
                                    Map.entry("APEX_TIER", "local"),
                                    Map.entry("BACKEND_CONFIG_FILE", file.toString()),
                                    Map.entry("BACKEND_DATA_DIR", directory.toString()),
                                    Map.entry("BACKEND_PORT", "0"),
                                    Map.entry("BACKEND_MANAGEMENT_PORT", "0"),
                                    Map.entry("BACKEND_MANAGEMENT_TOKEN", MANAGEMENT_TOKEN),
                                    Map.entry("BACKEND_OLLAMA_DISCOVER", "false"),
                                    Map.entry(
                                            "BACKEND_DATABASE_HOSTS",
                                            "127.0.0.1:" + platform.postgresPort()),
                                    Map.entry("BACKEND_DATABASE_NAME", platform.database()),
                                    Map.entry("BACKEND_DATABASE_SSLMODE", "disable"),
                                    Map.entry("BACKEND_DATABASE_PASSWORD", Platform.PASSWORD),
                                    Map.entry("BACKEND_DATABASE_OWNER_PASSWORD", Platform.PASSWORD),
                                    Map.entry("BACKEND_REDIS_URL", platform.redisUrl()),
                                    Map.entry("BACKEND_AUTH_URL", platform.authUrl().toString())));
            // Reloads happen when a test asks, so that each is seen to come from that.
            watcher =
                    ConfigWatcher.start(
                            UnifiedConfigManager.load(BackendSettings.SETTINGS, sources),
                            Duration.ofHours(1));
            service = BackendService.start(watcher, AgentConfiguration.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitModel("openai/gpt-a");
    }

    private static FakeModelProvider provider(String... models) {
        return FakeModelProvider.start().models(models).respond(ReloadedBackend::answer);
    }

    /** The message says how it is answered. */
    private static Script answer(Exchange exchange) {
        String said = exchange.body().toString();
        if (said.contains("say nothing")) {
            return Script.begin().headers().silence();
        }
        if (said.contains("begin only")) {
            return Script.text("A").silence();
        }
        if (said.contains("go on and on")) {
            Script script = Script.begin();
            for (int i = 0; i < 600; i++) {
                script = script.say("more ").pause(Duration.ofMillis(200));
            }
            return script;
        }
        return Script.text("Hello", " there.");
    }

    /** The file of the start with these lines in place of its own; an empty one is left out. */
    void write(Map<String, String> changes) {
        var all = new TreeMap<>(base);
        all.putAll(changes);
        var text = new StringBuilder();
        all.forEach(
                (key, value) -> {
                    if (!value.isEmpty()) {
                        text.append(key).append('=').append(value).append('\n');
                    }
                });
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes settings, which has to be accepted whole. */
    void change(Map<String, String> changes) {
        write(changes);
        ConfigEvent event = watcher.reloadNow("test");
        assertThat(event.problems()).isEmpty();
        assertThat(event.changedKeys()).containsExactlyInAnyOrderElementsOf(changes.keySet());
    }

    /** Has an administrator ask for a reload, over HTTP. */
    Api.Answer askToReload() {
        var management = new Api(service.get(ManagementServer.class).port(), MANAGEMENT_TOKEN);
        return management.send(
                management
                        .request("/config/reload")
                        .header("X-Caller", "a person")
                        .POST(HttpRequest.BodyPublishers.noBody()));
    }

    void restore() {
        write(Map.of());
        watcher.reloadNow("test");
        await().pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> models().contains("openai/gpt-a"));
    }

    Api person() {
        return Api.person(service.port());
    }

    String models() {
        return person().get("/api/models").body().toString();
    }

    JsonNode model(String id) {
        for (JsonNode model : person().get("/api/models").body().path("items")) {
            if (model.path("id").asString().equals(id)) {
                return model;
            }
        }
        throw new AssertionError("no model " + id);
    }

    void awaitModel(String id) {
        await(id)
                .pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(() -> models().contains('"' + id + '"'));
    }

    /** Asks a model; the answer of the backend that accepts it, or does not. */
    static Api.Answer ask(Api person, String model, String text) {
        return person.post(
                "/api/threads/" + person.thread() + "/messages",
                Map.of(
                        "clientMessageId",
                        UUID.randomUUID().toString(),
                        "content",
                        text,
                        "model",
                        model));
    }

    /** Asks a model and waits for the end; the run. */
    JsonNode run(String model, String text) {
        Api person = person();
        return end(person, runId(ask(person, model, text)));
    }

    static String runId(Api.Answer accepted) {
        assertThat(accepted.status()).as("%s", accepted.body()).isEqualTo(202);
        return accepted.body().path("runId").asString();
    }

    static JsonNode end(Api person, String runId) {
        await("end of a run")
                .pollInterval(Duration.ofMillis(10))
                .atMost(PATIENCE)
                .until(
                        () ->
                                !person.get("/api/runs/" + runId)
                                        .body()
                                        .path("endedAt")
                                        .isMissingNode());
        return person.get("/api/runs/" + runId).body();
    }

    void assertFails(String text) {
        assertThat(run(MODEL, text).path("state").asString()).isEqualTo("failed");
    }

    void assertCompletes(String model) {
        awaitModel(model);
        JsonNode run = run(model, "Hello?");
        assertThat(run.path("state").asString()).as("%s", run).isEqualTo("completed");
    }

    static void stop(Api person, String run) {
        person.post("/api/runs/" + run + "/stop", Map.of());
        end(person, run);
    }

    /** A number that clients are told. */
    int limit(String pointer) {
        return person().get("/api/limits").body().at(pointer).asInt();
    }

    @Override
    public void close() {
        service.close();
        watcher.close();
        provider.close();
        other.close();
        keyed.close();
    }
}
