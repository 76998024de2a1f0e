package ai.netra.apex.backend;

import static ai.netra.apex.backend.ReloadedBackend.ask;
import static ai.netra.apex.backend.ReloadedBackend.runId;
import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.testing.model.Script;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** Changes of the list of models and of bounds of their calls, and what is seen of them. */
final class ReloadedModels {

    private ReloadedModels() {}

    static Stream<ReloadRow> rows(ReloadedBackend backend) {
        String keyed = backend.keyed.openAiBaseUrl().toString();
        String origin = backend.keyed.origin().toString();
        return Stream.of(
                new ReloadRow(
                        "the default model",
                        Map.of("BACKEND_MODELS_DEFAULT", ReloadedBackend.MODEL),
                        b ->
                                assertThat(
                                                b.model(ReloadedBackend.MODEL)
                                                        .path("default")
                                                        .asBoolean())
                                        .isTrue()),
                new ReloadRow(
                        "models allowed",
                        Map.of("BACKEND_MODELS_ALLOWED", "openai/gpt-b"),
                        b -> {
                            assertThat(b.models())
                                    .contains("openai/gpt-b")
                                    .doesNotContain(ReloadedBackend.MODEL);
                            assertThat(ask(b.person(), ReloadedBackend.MODEL, "Hello?").status())
                                    .isEqualTo(422);
                        }),
                new ReloadRow(
                        "models without tools",
                        Map.of("BACKEND_MODELS_WITHOUT_TOOLS", ReloadedBackend.MODEL),
                        b ->
                                assertThat(
                                                b.model(ReloadedBackend.MODEL)
                                                        .path("supportsTools")
                                                        .asBoolean())
                                        .isFalse()),
                new ReloadRow(
                        "how often lists are read",
                        Map.of("BACKEND_MODELS_REFRESH", "1s"),
                        b -> {
                            b.provider.models("gpt-a", "gpt-b", "gpt-late");
                            b.awaitModel("openai/gpt-late");
                        }),
                new ReloadRow(
                        "time to the first piece",
                        Map.of("BACKEND_MODELS_FIRST_TOKEN_TIMEOUT", "200ms"),
                        b -> b.assertFails("say nothing")),
                new ReloadRow(
                        "silence in an answer",
                        Map.of("BACKEND_MODELS_IDLE_TIMEOUT", "200ms"),
                        b -> b.assertFails("begin only")),
                new ReloadRow(
                        "time of a whole answer",
                        Map.of("BACKEND_MODELS_TOTAL_TIMEOUT", "1s"),
                        b -> b.assertFails("go on and on")),
                new ReloadRow(
                        "times of one model",
                        Map.of("BACKEND_MODELS_TIMEOUTS", ReloadedBackend.MODEL + "=1/1/1"),
                        b -> b.assertFails("say nothing")),
                new ReloadRow(
                        "calls at once",
                        Map.of("BACKEND_MODELS_CONCURRENT", "1"),
                        b -> {
                            Api person = b.person();
                            int before = b.provider.exchanges().size();
                            String first = runId(ask(person, ReloadedBackend.MODEL, "say nothing"));
                            b.provider.awaitExchange(before, Duration.ofSeconds(60));
                            b.assertFails("Hello?");
                            ReloadedBackend.stop(person, first);
                        }),
                new ReloadRow(
                        "sending again",
                        Map.of("BACKEND_MODELS_RETRIES", "0"),
                        b -> {
                            b.provider.enqueue(Script.failure(503, "overloaded", "Busy.", "0"));
                            b.assertFails("Hello?");
                        }),
                new ReloadRow(
                        "steps",
                        Map.of("BACKEND_MODELS_MAX_STEPS", "1"),
                        b -> {
                            b.assertCompletes(ReloadedBackend.MODEL);
                            assertThat(b.provider.exchanges().getLast().body().has("tools"))
                                    .isFalse();
                        }),
                new ReloadRow(
                        "another address",
                        Map.of("BACKEND_OPENAI_BASE_URL", backend.other.openAiBaseUrl().toString()),
                        b -> {
                            b.assertCompletes("openai/other-1");
                            assertThat(b.models()).doesNotContain(ReloadedBackend.MODEL);
                        }),
                new ReloadRow(
                        "a key",
                        Map.of("BACKEND_OPENAI_BASE_URL", keyed, "BACKEND_OPENAI_API_KEY", "sk-1"),
                        b -> b.assertCompletes("openai/keyed-1")),
                new ReloadRow(
                        "a server of one's own",
                        Map.of(
                                "BACKEND_OPENAI_COMPATIBLE",
                                "own=" + keyed,
                                "BACKEND_OPENAI_COMPATIBLE_KEYS",
                                "own=sk-1"),
                        b -> b.assertCompletes("own/keyed-1")),
                new ReloadRow(
                        "Anthropic",
                        Map.of(
                                "BACKEND_ANTHROPIC_BASE_URL",
                                origin,
                                "BACKEND_ANTHROPIC_API_KEY",
                                "sk-1"),
                        b -> b.assertCompletes("anthropic/keyed-1")),
                new ReloadRow(
                        "Gemini",
                        Map.of("BACKEND_GEMINI_BASE_URL", origin, "BACKEND_GEMINI_API_KEY", "sk-1"),
                        b -> b.assertCompletes("gemini/keyed-1")),
                new ReloadRow(
                        "Ollama",
                        Map.of("BACKEND_OLLAMA_BASE_URL", backend.other.origin().toString()),
                        b -> b.assertCompletes("ollama/other-1")));
    }
}
