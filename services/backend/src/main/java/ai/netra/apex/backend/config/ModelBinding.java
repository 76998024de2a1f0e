package ai.netra.apex.backend.config;

import ai.netra.apex.backend.agent.AgentConfig;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.model.ProviderConfig;
import ai.netra.apex.backend.model.ProviderConfig.Kind;
import ai.netra.apex.backend.model.ProviderConfig.Limits;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes the records of models and usage. */
final class ModelBinding {

    private static final Pattern NAMED_URL =
            Pattern.compile("[a-z0-9][a-z0-9-]{0,31}=https?://[^\\s,]+");
    private static final Pattern TIMEOUTS = Pattern.compile("(.+/.+)=(\\d+)/(\\d+)/(\\d+)");
    private static final Set<String> BUILT_IN =
            Set.of("apex", "openai", "anthropic", "gemini", "ollama");
    private static final URI OPENAI = URI.create("https://api.openai.com/v1");
    private static final URI OLLAMA = URI.create("http://127.0.0.1:11434");

    private ModelBinding() {}

    /** Whether each is a name and a URL, and the names are nobody else's. */
    static boolean areNamedUrls(List<String> entries) {
        Set<String> names = new HashSet<>(BUILT_IN);
        return entries.stream()
                .allMatch(
                        entry ->
                                NAMED_URL.matcher(entry).matches()
                                        && names.add(entry.substring(0, entry.indexOf('='))));
    }

    static boolean isTimeouts(String text) {
        return TIMEOUTS.matcher(text).matches();
    }

    /**
     * Ollama's address as its own variable has it, with or without a scheme; null when unreadable.
     */
    static @Nullable URI ollama(String text) {
        try {
            String address = text.contains("://") ? text : "http://" + text;
            URI uri = URI.create(withoutSlash(address));
            if (uri.getHost() == null) {
                return null;
            }
            // "Listen on every address" is reached on this one.
            String host = uri.getHost().equals("0.0.0.0") ? "127.0.0.1" : uri.getHost();
            int port = uri.getPort() < 0 && uri.getScheme().equals("http") ? 11_434 : uri.getPort();
            return URI.create(uri.getScheme() + "://" + host + (port < 0 ? "" : ":" + port));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static AgentConfig agent(AppConfig settings) {
        return new AgentConfig(
                settings.get(ModelSettings.MAX_STEPS), AgentConfig.DEFAULT.guidePause());
    }

    static UsageConfig usage(UnifiedConfigManager manager, AppConfig settings) {
        var password = LiveSecrets.of(manager, settings, ModelSettings.CLICKHOUSE_PASSWORD);
        var clickhouse =
                settings.find(ModelSettings.CLICKHOUSE_URL)
                        .map(
                                url ->
                                        new UsageConfig.ClickHouseConfig(
                                                url,
                                                settings.get(ModelSettings.CLICKHOUSE_DATABASE),
                                                settings.get(ModelSettings.CLICKHOUSE_USER),
                                                password == null
                                                        ? null
                                                        : () -> password.get().reveal().strip()))
                        .orElse(null);
        return new UsageConfig(
                settings.get(ModelSettings.DATA_DIR).resolve("usage"),
                settings.get(ModelSettings.USAGE_BUFFER).bytes(),
                UsageConfig.DEFAULT_SEGMENT_BYTES,
                UsageConfig.DEFAULT_FLUSH,
                clickhouse);
    }

    static ModelsConfig models(UnifiedConfigManager manager, AppConfig settings) {
        var limits =
                new Limits(
                        settings.get(ModelSettings.FIRST_TOKEN),
                        settings.get(ModelSettings.IDLE),
                        settings.get(ModelSettings.TOTAL),
                        settings.get(ModelSettings.CONCURRENT),
                        settings.get(ModelSettings.RETRIES));
        var make = new Maker(manager, settings, limits);
        List<ProviderConfig> providers = new ArrayList<>();
        boolean official = settings.find(ModelSettings.OPENAI_BASE_URL).isEmpty();
        var openAi =
                new Server(
                        now -> now.find(ModelSettings.OPENAI_BASE_URL).orElse(OPENAI),
                        now -> key(now, ModelSettings.OPENAI_API_KEY));
        if (!official || openAi.key(settings).isPresent()) {
            String title = official ? "OpenAI" : "OpenAI-compatible";
            providers.add(make.provider("openai", title, Kind.OPENAI, openAi));
        }
        providers.addAll(compatible(settings, make));
        var anthropic =
                new Server(
                        now -> now.get(ModelSettings.ANTHROPIC_BASE_URL),
                        now -> key(now, ModelSettings.ANTHROPIC_API_KEY));
        if (anthropic.key(settings).isPresent()) {
            providers.add(make.provider("anthropic", "Anthropic", Kind.ANTHROPIC, anthropic));
        }
        var gemini =
                new Server(
                        now -> now.get(ModelSettings.GEMINI_BASE_URL),
                        now -> key(now, ModelSettings.GEMINI_API_KEY));
        if (gemini.key(settings).isPresent()) {
            providers.add(make.provider("gemini", "Gemini", Kind.GEMINI, gemini));
        }
        String told = settings.find(ModelSettings.OLLAMA_BASE_URL).orElse(null);
        URI ollama = told == null ? null : ollama(told);
        if (ollama != null) {
            providers.add(make.provider("ollama", "Ollama", Kind.OLLAMA, ollama, null, false));
        } else if (settings.get(ModelSettings.OLLAMA_DISCOVER)) {
            providers.add(make.provider("ollama", "Ollama", Kind.OLLAMA, OLLAMA, null, true));
        }
        return new ModelsConfig(
                providers,
                settings.get(ModelSettings.DEFAULT_MODEL),
                settings.get(ModelSettings.REFRESH),
                Set.copyOf(settings.find(ModelSettings.TOOLS_OFF).orElse(List.of())));
    }

    private static List<ProviderConfig> compatible(AppConfig settings, Maker make) {
        List<ProviderConfig> providers = new ArrayList<>();
        for (String name : named(settings).keySet()) {
            var server = new Server(now -> named(now).get(name), now -> keyOf(now, name));
            providers.add(make.provider(name, name, Kind.OPENAI, server));
        }
        return providers;
    }

    /** The addresses of further servers, by their names. */
    private static Map<String, URI> named(AppConfig settings) {
        Map<String, URI> servers = new LinkedHashMap<>();
        for (String entry : settings.find(ModelSettings.OPENAI_COMPATIBLE).orElse(List.of())) {
            int at = entry.indexOf('=');
            servers.put(entry.substring(0, at), URI.create(entry.substring(at + 1)));
        }
        return servers;
    }

    /** The key of one provider among the lines {@code name=key}. */
    private static Optional<String> keyOf(AppConfig settings, String name) {
        return settings.find(ModelSettings.OPENAI_COMPATIBLE_KEYS).stream()
                .flatMap(secret -> secret.reveal().lines())
                .filter(line -> line.contains("="))
                .filter(line -> line.substring(0, line.indexOf('=')).strip().equals(name))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .findFirst();
    }

    private static Optional<String> key(AppConfig settings, Setting<Secret> setting) {
        return settings.find(setting).map(secret -> secret.reveal().strip());
    }

    private static String withoutSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    /** Where a provider is and by which key it knows us, as a configuration says. */
    private record Server(
            Function<AppConfig, @Nullable URI> address,
            Function<AppConfig, Optional<String>> secret) {

        private @Nullable URI base(AppConfig settings) {
            return address.apply(settings);
        }

        private Optional<String> key(AppConfig settings) {
            return secret.apply(settings);
        }
    }

    /** What all providers have in common. */
    private record Maker(UnifiedConfigManager manager, AppConfig settings, Limits limits) {

        private ProviderConfig provider(String name, String title, Kind kind, Server server) {
            URI base = Objects.requireNonNull(server.base(settings));
            return provider(
                    name,
                    title,
                    kind,
                    base,
                    server.key(settings).map(key -> newest(server, base, key)).orElse(null),
                    false);
        }

        /**
         * The key of the moment, for whoever began before a rotation; but never the key of another
         * address than the one it was given for.
         */
        private Supplier<String> newest(Server server, URI base, String known) {
            return () -> {
                AppConfig now = manager.current();
                return base.equals(server.base(now)) ? server.key(now).orElse(known) : known;
            };
        }

        private ProviderConfig provider(
                String name,
                String title,
                Kind kind,
                URI base,
                @Nullable Supplier<String> key,
                boolean discovered) {
            String prefix = name + "/";
            List<String> allowed =
                    settings.find(ModelSettings.ALLOWED).orElse(List.of()).stream()
                            .filter(id -> id.startsWith(prefix))
                            .map(id -> id.substring(prefix.length()))
                            .toList();
            boolean narrowed = settings.find(ModelSettings.ALLOWED).isPresent();
            return new ProviderConfig(
                    name,
                    title,
                    kind,
                    URI.create(withoutSlash(base.toString())),
                    key,
                    key == null ? null : name + "-api-key",
                    allowed,
                    narrowed,
                    discovered,
                    true,
                    limits,
                    modelLimits(prefix));
        }

        private Map<String, Limits> modelLimits(String prefix) {
            Map<String, Limits> own = new HashMap<>();
            for (String entry : settings.find(ModelSettings.TIMEOUTS).orElse(List.of())) {
                var matcher = TIMEOUTS.matcher(entry);
                if (matcher.matches() && matcher.group(1).startsWith(prefix)) {
                    own.put(
                            matcher.group(1).substring(prefix.length()),
                            new Limits(
                                    Duration.ofSeconds(Long.parseLong(matcher.group(2))),
                                    Duration.ofSeconds(Long.parseLong(matcher.group(3))),
                                    Duration.ofSeconds(Long.parseLong(matcher.group(4))),
                                    limits.concurrent(),
                                    limits.retries()));
                }
            }
            return own;
        }
    }
}
