package ai.netra.apex.backend.config;

import ai.netra.apex.settings.DataSize;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.Tier;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The settings of models and usage. */
final class ModelSettings {

    static final Setting<String> DEFAULT_MODEL =
            Setting.string("BACKEND_MODELS_DEFAULT")
                    .defaultsTo("apex/guide")
                    .matching("[a-z0-9-]+/.+", "<provider>/<model>")
                    .reloadableAtRuntime()
                    .describedAs("Model that answers when a message names none.");
    static final Setting<List<String>> ALLOWED =
            Setting.listOf("BACKEND_MODELS_ALLOWED", SettingTypes.STRING)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Ids of the models offered; by default all that providers list.");
    static final Setting<List<String>> TOOLS_OFF =
            Setting.listOf("BACKEND_MODELS_WITHOUT_TOOLS", SettingTypes.STRING)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Ids of models that are never told of tools.");
    static final Setting<Duration> REFRESH =
            Setting.duration("BACKEND_MODELS_REFRESH")
                    .between(Duration.ofSeconds(1), Duration.ofDays(1))
                    .defaultsTo(Duration.ofSeconds(30))
                    .reloadableAtRuntime()
                    .describedAs(
                            "How often the providers' lists of models are read; one that does not answer is asked again sooner.");
    static final Setting<Duration> FIRST_TOKEN =
            Setting.duration("BACKEND_MODELS_FIRST_TOKEN_TIMEOUT")
                    .between(Duration.ofMillis(100), Duration.ofMinutes(10))
                    .defaultsTo(Duration.ofSeconds(60))
                    .reloadableAtRuntime()
                    .describedAs("Longest time to the first piece of an answer.");
    static final Setting<Duration> IDLE =
            Setting.duration("BACKEND_MODELS_IDLE_TIMEOUT")
                    .between(Duration.ofMillis(100), Duration.ofMinutes(10))
                    .defaultsTo(Duration.ofSeconds(30))
                    .reloadableAtRuntime()
                    .describedAs("Longest silence in an answer that has begun.");
    static final Setting<Duration> TOTAL =
            Setting.duration("BACKEND_MODELS_TOTAL_TIMEOUT")
                    .between(Duration.ofSeconds(1), Duration.ofHours(2))
                    .defaultsTo(Duration.ofMinutes(10))
                    .reloadableAtRuntime()
                    .describedAs("Longest a model's call may take.");
    static final Setting<List<String>> TIMEOUTS =
            Setting.listOf("BACKEND_MODELS_TIMEOUTS", SettingTypes.STRING)
                    .optional()
                    .must(
                            "each must be <model id>=<first token>/<idle>/<total> in seconds",
                            "write for instance openai/o3=180/120/600",
                            list -> list.stream().allMatch(ModelBinding::isTimeouts))
                    .reloadableAtRuntime()
                    .describedAs("Timeouts of single models: openai/o3=180/120/600 (seconds).");
    static final Setting<Integer> CONCURRENT =
            Setting.integer("BACKEND_MODELS_CONCURRENT")
                    .between(1, 100_000)
                    .defaultsTo(1_000)
                    .reloadableAtRuntime()
                    .describedAs("Calls at once to one provider.");
    static final Setting<Integer> RETRIES =
            Setting.integer("BACKEND_MODELS_RETRIES")
                    .between(0, 5)
                    .defaultsTo(1)
                    .reloadableAtRuntime()
                    .describedAs("How often a call is sent again before its first byte came.");
    static final Setting<Integer> MAX_STEPS =
            Setting.integer("BACKEND_MODELS_MAX_STEPS")
                    .between(1, 64)
                    .defaultsTo(8)
                    .reloadableAtRuntime()
                    .describedAs("How often a model is asked within one run, with tools between.");

    static final Setting<URI> OPENAI_BASE_URL =
            http("BACKEND_OPENAI_BASE_URL")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("OpenAI or a server that speaks as it, up to and with /v1.");
    static final Setting<Secret> OPENAI_API_KEY =
            Setting.secret("BACKEND_OPENAI_API_KEY")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its key.");
    static final Setting<List<String>> OPENAI_COMPATIBLE =
            Setting.listOf("BACKEND_OPENAI_COMPATIBLE", SettingTypes.STRING)
                    .optional()
                    .must(
                            "each must be <name>=<URL> with a name of its own",
                            "write for instance vllm=http://10.0.0.5:8000/v1",
                            ModelBinding::areNamedUrls)
                    .reloadableAtRuntime()
                    .describedAs("More such servers: vllm=http://10.0.0.5:8000/v1,….");
    static final Setting<Secret> OPENAI_COMPATIBLE_KEYS =
            Setting.secret("BACKEND_OPENAI_COMPATIBLE_KEYS")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Their keys, one line <name>=<key> each.");
    static final Setting<URI> ANTHROPIC_BASE_URL =
            http("BACKEND_ANTHROPIC_BASE_URL")
                    .defaultsTo(URI.create("https://api.anthropic.com"))
                    .reloadableAtRuntime()
                    .describedAs("Anthropic, without /v1.");
    static final Setting<Secret> ANTHROPIC_API_KEY =
            Setting.secret("BACKEND_ANTHROPIC_API_KEY")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its key.");
    static final Setting<URI> GEMINI_BASE_URL =
            http("BACKEND_GEMINI_BASE_URL")
                    .defaultsTo(URI.create("https://generativelanguage.googleapis.com"))
                    .reloadableAtRuntime()
                    .describedAs("Gemini, without /v1beta.");
    static final Setting<Secret> GEMINI_API_KEY =
            Setting.secret("BACKEND_GEMINI_API_KEY")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its key.");
    static final Setting<String> OLLAMA_BASE_URL =
            Setting.string("BACKEND_OLLAMA_BASE_URL")
                    .optional()
                    .must(
                            "must be an address",
                            "write http://host:port or host:port",
                            text -> ModelBinding.ollama(text) != null)
                    .reloadableAtRuntime()
                    .describedAs("An Ollama: http://host:port or host:port.");
    static final Setting<Boolean> OLLAMA_DISCOVER =
            Setting.bool("BACKEND_OLLAMA_DISCOVER")
                    .defaultsTo(Tier.LOCAL, true)
                    .defaultsTo(false)
                    .describedAs("Whether an Ollama on 127.0.0.1:11434 is found by itself.");

    static final Setting<Path> DATA_DIR =
            Setting.path("BACKEND_DATA_DIR")
                    .defaultsTo(Path.of("data"))
                    .describedAs("Directory for what this service keeps on disk: usage buffers.");
    static final Setting<URI> CLICKHOUSE_URL =
            http("BACKEND_CLICKHOUSE_URL")
                    .optional()
                    .notLoopbackWhenDeployed()
                    .encryptedWhenDeployed()
                    .describedAs("ClickHouse over HTTP; without it usage stays on disk.");
    static final Setting<String> CLICKHOUSE_DATABASE =
            Setting.string("BACKEND_CLICKHOUSE_DATABASE")
                    .defaultsTo("default")
                    .describedAs("Its database.");
    static final Setting<String> CLICKHOUSE_USER =
            Setting.string("BACKEND_CLICKHOUSE_USER")
                    .defaultsTo("default")
                    .describedAs("Its user.");
    static final Setting<Secret> CLICKHOUSE_PASSWORD =
            Setting.secret("BACKEND_CLICKHOUSE_PASSWORD")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its password.");
    static final Setting<DataSize> USAGE_BUFFER =
            Setting.dataSize("BACKEND_USAGE_BUFFER")
                    .between(DataSize.ofMebibytes(1), DataSize.ofMebibytes(100_000))
                    .defaultsTo(DataSize.ofMebibytes(64))
                    .describedAs("Largest buffer of usage while ClickHouse is away.");

    private ModelSettings() {}

    private static Setting<URI> http(String key) {
        return Setting.url(key)
                .must(
                        "must begin with http:// or https://",
                        "write for instance http://10.0.0.5:8123",
                        url -> "http".equals(url.getScheme()) || "https".equals(url.getScheme()));
    }

    /** Adds them all. */
    static ServiceSettings declare(ServiceSettings settings) {
        return settings.with(
                DEFAULT_MODEL,
                ALLOWED,
                TOOLS_OFF,
                REFRESH,
                FIRST_TOKEN,
                IDLE,
                TOTAL,
                TIMEOUTS,
                CONCURRENT,
                RETRIES,
                MAX_STEPS,
                OPENAI_BASE_URL,
                OPENAI_API_KEY,
                OPENAI_COMPATIBLE,
                OPENAI_COMPATIBLE_KEYS,
                ANTHROPIC_BASE_URL,
                ANTHROPIC_API_KEY,
                GEMINI_BASE_URL,
                GEMINI_API_KEY,
                OLLAMA_BASE_URL,
                OLLAMA_DISCOVER,
                DATA_DIR,
                CLICKHOUSE_URL,
                CLICKHOUSE_DATABASE,
                CLICKHOUSE_USER,
                CLICKHOUSE_PASSWORD,
                USAGE_BUFFER);
    }
}
