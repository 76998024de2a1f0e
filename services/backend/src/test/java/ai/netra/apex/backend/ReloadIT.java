package ai.netra.apex.backend;

import static ai.netra.apex.backend.ReloadedBackend.ask;
import static ai.netra.apex.backend.ReloadedBackend.end;
import static ai.netra.apex.backend.ReloadedBackend.runId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.reload.ConfigState;
import ai.netra.apex.testing.model.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static ReloadedBackend backend;

    static Stream<ReloadRow> rows() {
        return Stream.concat(ReloadedLimits.rows(), ReloadedModels.rows(backend));
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
    void whatIsChangedHoldsAtOnceAndNoLongerThanItStands(ReloadRow row) {
        backend.change(row.changes());
        row.seen().accept(backend);

        backend.restore();
        assertThat(backend.model(ReloadedBackend.MODEL).path("available").asBoolean()).isTrue();
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
        assertThat(backend.limit("/message/maxCharacters")).isEqualTo(32_000);
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
            assertThat(backend.limit("/message/maxCharacters")).isEqualTo(32_000);
        }

        backend.write(Map.of("BACKEND_MESSAGE_MAX_CHARACTERS", "100"));
        hangUp();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> backend.limit("/message/maxCharacters") == 100);
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
            String run = runId(ask(person, ReloadedBackend.MODEL, "What time is it?"));
            awaitQuietly(asked);
            backend.change(Map.of("BACKEND_OPENAI_BASE_URL", ""));
            assertThat(backend.models()).doesNotContain("openai/");
            gone.countDown();

            assertThat(end(person, run).path("state").asString()).isEqualTo("completed");
            assertThat(ask(person, ReloadedBackend.MODEL, "Hello?").status()).isEqualTo(422);
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
