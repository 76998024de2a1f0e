package ai.netra.apex.backend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.model.ProviderConfig;
import ai.netra.apex.backend.model.ProviderConfig.Kind;
import ai.netra.apex.backend.model.ProviderConfig.Limits;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.InvalidConfigurationException;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which providers of models, and which buffer of usage, settings make. */
@Tag("CFG-2")
class ModelBindingTest {

    @Test
    void withoutAnySettingThereIsTheGuideAndAnOllamaIfOneAnswers() {
        ModelsConfig models = models(load(Map.of()));

        assertThat(models.defaultModel()).isEqualTo("apex/guide");
        assertThat(models.refresh()).isEqualTo(Duration.ofSeconds(30));
        assertThat(models.toolsOff()).isEmpty();
        ProviderConfig ollama = models.providers().getFirst();
        assertThat(models.providers()).hasSize(1);
        assertThat(ollama.kind()).isEqualTo(Kind.OLLAMA);
        assertThat(ollama.baseUrl()).isEqualTo(URI.create("http://127.0.0.1:11434"));
        assertThat(ollama.discovered()).as("only there when it answers").isTrue();
        assertThat(ollama.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(models(load(Map.of("BACKEND_OLLAMA_DISCOVER", "false"))).providers()).isEmpty();
    }

    @Test
    void aKeyAloneMeansTheVendorItselfAndEachProviderHasItsOwn() {
        ModelsConfig models =
                models(
                        load(
                                Map.of(
                                        "BACKEND_OPENAI_API_KEY", "sk-openai",
                                        "BACKEND_ANTHROPIC_API_KEY", "sk-anthropic",
                                        "BACKEND_GEMINI_API_KEY", "gemini-key",
                                        "BACKEND_OLLAMA_DISCOVER", "false")));

        assertThat(models.providers())
                .extracting(ProviderConfig::name)
                .containsExactly("openai", "anthropic", "gemini");
        assertProvider(models, "openai", Kind.OPENAI, "https://api.openai.com/v1", "sk-openai");
        assertProvider(
                models, "anthropic", Kind.ANTHROPIC, "https://api.anthropic.com", "sk-anthropic");
        assertProvider(
                models,
                "gemini",
                Kind.GEMINI,
                "https://generativelanguage.googleapis.com",
                "gemini-key");
        assertThat(provider(models, "openai").title()).isEqualTo("OpenAI");
        assertThat(provider(models, "openai").keyName()).isEqualTo("openai-api-key");
        assertThat(models.toString()).as("no key in a text").doesNotContain("sk-", "gemini-key");
    }

    @Test
    void anAddressWithoutAKeyIsAServerThatSpeaksAsOpenAi() {
        ModelsConfig models =
                models(load(Map.of("BACKEND_OPENAI_BASE_URL", "http://10.0.0.5/v1/")));

        ProviderConfig server = provider(models, "openai");
        assertThat(server.title()).isEqualTo("OpenAI-compatible");
        assertThat(server.baseUrl()).as("no slash at its end").hasToString("http://10.0.0.5/v1");
        assertThat(server.key()).isNull();
        assertThat(server.keyName()).isNull();
    }

    @Test
    void moreServersHaveNamesAndKeysByName() {
        ModelsConfig models =
                models(
                        load(
                                Map.of(
                                        "BACKEND_OPENAI_COMPATIBLE",
                                        "vllm=http://10.0.0.5:8000/v1,router=https://openrouter.ai/api/v1",
                                        "BACKEND_OPENAI_COMPATIBLE_KEYS",
                                        "router = sk-or=1\n\nnobody=x",
                                        "BACKEND_OLLAMA_DISCOVER",
                                        "false")));

        assertThat(models.providers())
                .extracting(ProviderConfig::name)
                .containsExactly("vllm", "router");
        assertProvider(models, "router", Kind.OPENAI, "https://openrouter.ai/api/v1", "sk-or=1");
        assertThat(provider(models, "vllm").key()).isNull();
    }

    @Test
    void onlyModelsThatAreAllowedAreOfferedEachByItsProvider() {
        ModelsConfig models =
                models(
                        load(
                                Map.of(
                                        "BACKEND_OPENAI_API_KEY", "sk",
                                        "BACKEND_MODELS_ALLOWED",
                                                "openai/gpt-5,openai/o3,ollama/qwen3:8b",
                                        "BACKEND_MODELS_DEFAULT", "openai/gpt-5",
                                        "BACKEND_MODELS_WITHOUT_TOOLS", "openai/o3")));

        assertThat(provider(models, "openai").models()).containsExactly("gpt-5", "o3");
        assertThat(provider(models, "openai").narrowed()).isTrue();
        assertThat(provider(models, "ollama").models()).containsExactly("qwen3:8b");
        assertThat(models.defaultModel()).isEqualTo("openai/gpt-5");
        assertThat(models.toolsOff()).containsExactly("openai/o3");
    }

    @Test
    void limitsAreThoseOfAllAndSomeModelsHaveTimeoutsOfTheirOwn() {
        ModelsConfig models =
                models(
                        load(
                                Map.of(
                                        "BACKEND_OPENAI_API_KEY", "sk",
                                        "BACKEND_MODELS_FIRST_TOKEN_TIMEOUT", "7s",
                                        "BACKEND_MODELS_IDLE_TIMEOUT", "3s",
                                        "BACKEND_MODELS_TOTAL_TIMEOUT", "2m",
                                        "BACKEND_MODELS_CONCURRENT", "9",
                                        "BACKEND_MODELS_RETRIES", "0",
                                        "BACKEND_MODELS_TIMEOUTS",
                                                "openai/o3=180/120/600,ollama/o3=1/2/3")));

        ProviderConfig openAi = provider(models, "openai");
        assertThat(openAi.limits())
                .isEqualTo(
                        new Limits(
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(3),
                                Duration.ofMinutes(2),
                                9,
                                0));
        assertThat(openAi.modelLimits())
                .containsExactly(
                        Map.entry(
                                "o3",
                                new Limits(
                                        Duration.ofMinutes(3),
                                        Duration.ofMinutes(2),
                                        Duration.ofMinutes(10),
                                        9,
                                        0)));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:11434,    http://127.0.0.1:11434",
        "0.0.0.0,            http://127.0.0.1:11434",
        "0.0.0.0:9000,       http://127.0.0.1:9000",
        "gpu.example,        http://gpu.example:11434",
        "http://gpu:8080/,   http://gpu:8080",
        "https://gpu.example,https://gpu.example",
    })
    void ollamasAddressIsReadAsItsOwnVariableHasIt(String told, String meant) {
        ModelsConfig models = models(load(Map.of("BACKEND_OLLAMA_BASE_URL", told)));

        assertThat(provider(models, "ollama").baseUrl()).hasToString(meant);
        assertThat(provider(models, "ollama").discovered()).isFalse();
    }

    @Test
    void usageGoesToClickHouseWhenThereIsOneAndStaysOnDiskElse() {
        UsageConfig alone =
                usage(load(Map.of("BACKEND_DATA_DIR", "/data", "BACKEND_USAGE_BUFFER", "8MiB")));
        assertThat(alone.directory()).isEqualTo(Path.of("/data/usage"));
        assertThat(alone.maxBytes()).isEqualTo(8L << 20);
        assertThat(alone.clickhouse()).isNull();

        UsageConfig.ClickHouseConfig clickhouse =
                Objects.requireNonNull(
                        usage(
                                        load(
                                                Map.of(
                                                        "BACKEND_CLICKHOUSE_URL",
                                                        "http://127.0.0.1:18123",
                                                        "BACKEND_CLICKHOUSE_USER",
                                                        "apex",
                                                        "BACKEND_CLICKHOUSE_PASSWORD",
                                                        "only-a-test-too")))
                                .clickhouse());
        assertThat(clickhouse.url()).isEqualTo(URI.create("http://127.0.0.1:18123"));
        assertThat(clickhouse.user()).isEqualTo("apex");
        assertThat(clickhouse.database()).isEqualTo("default");
        assertThat(
                        ModelBinding.agent(load(Map.of("BACKEND_MODELS_MAX_STEPS", "3")).current())
                                .maxSteps())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BACKEND_MODELS_DEFAULT=gpt-5",
                "BACKEND_MODELS_TIMEOUTS=openai/o3=180",
                "BACKEND_MODELS_TIMEOUTS=o3=1/2/3",
                "BACKEND_MODELS_FIRST_TOKEN_TIMEOUT=1ms",
                "BACKEND_MODELS_RETRIES=6",
                "BACKEND_MODELS_CONCURRENT=0",
                "BACKEND_MODELS_MAX_STEPS=0",
                "BACKEND_OPENAI_BASE_URL=api.openai.com",
                "BACKEND_OPENAI_COMPATIBLE=http://10.0.0.5/v1",
                "BACKEND_OPENAI_COMPATIBLE=apex=http://10.0.0.5/v1",
                "BACKEND_OPENAI_COMPATIBLE=openai=http://10.0.0.5/v1",
                "BACKEND_OPENAI_COMPATIBLE=ollama=http://10.0.0.5/v1",
                "BACKEND_OPENAI_COMPATIBLE=a=http://10.0.0.5/v1,a=http://10.0.0.6/v1",
                "BACKEND_OPENAI_COMPATIBLE=Big=http://10.0.0.5/v1",
                "BACKEND_OLLAMA_BASE_URL=http://",
                "BACKEND_USAGE_BUFFER=1KiB",
                "BACKEND_ANTHROPIC_BASE_URL=ws://10.0.0.5",
                "BACKEND_CLICKHOUSE_URL=ftp://10.0.0.5"
            })
    void whatCannotBeMeantIsRefusedByTheNameOfItsKey(String setting) {
        int at = setting.indexOf('=');
        String key = setting.substring(0, at);

        assertThatThrownBy(() -> load(Map.of(key, setting.substring(at + 1))))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key);
    }

    private static void assertProvider(
            ModelsConfig models, String name, Kind kind, String url, String key) {
        ProviderConfig provider = provider(models, name);
        assertThat(provider.kind()).isEqualTo(kind);
        assertThat(provider.baseUrl()).hasToString(url);
        Supplier<String> given = Objects.requireNonNull(provider.key());
        assertThat(given.get()).isEqualTo(key);
        assertThat(provider.models()).isEqualTo(List.of());
        assertThat(provider.narrowed()).isFalse();
        assertThat(provider.discovered()).isFalse();
    }

    private static ProviderConfig provider(ModelsConfig models, String name) {
        return models.providers().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static UsageConfig usage(UnifiedConfigManager manager) {
        return ModelBinding.usage(manager, manager.current());
    }

    private static ModelsConfig models(UnifiedConfigManager manager) {
        return ModelBinding.models(manager, manager.current());
    }

    private static UnifiedConfigManager load(Map<String, String> given) {
        var all = new HashMap<String, String>();
        all.put("APEX_TIER", "local");
        all.put("BACKEND_DATABASE_PASSWORD", "only-a-test");
        all.putAll(given);
        return UnifiedConfigManager.load(
                BackendSettings.SETTINGS, ConfigSources.ofEnvironment(all));
    }
}
