package ai.netra.apex.launcher.stack;

import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.SecretStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What each service is told: plain settings as variables, secrets as files. */
final class ServiceEnvironments {

    /** Provider keys that people already have set, and the secret file each becomes. */
    static final Map<String, String> PROVIDER_KEYS =
            Map.of(
                    "OPENAI_API_KEY", "openai-api-key",
                    "ANTHROPIC_API_KEY", "anthropic-api-key",
                    "GEMINI_API_KEY", "gemini-api-key");

    /** Provider addresses that people already have set, and the setting each becomes. */
    private static final Map<String, String> PROVIDER_ADDRESSES =
            Map.of(
                    "OPENAI_BASE_URL", "BACKEND_OPENAI_BASE_URL",
                    "OLLAMA_HOST", "BACKEND_OLLAMA_BASE_URL");

    private final PortPlan ports;
    private final SecretStore secrets;

    ServiceEnvironments(PortPlan ports, SecretStore secrets) {
        this.ports = ports;
        this.secrets = secrets;
    }

    /** Makes the secrets that are not there yet. */
    void writeSecrets() {
        secrets.password("backend", "clickhouse-password");
        for (String service : List.of("auth", "backend", "edge")) {
            secrets.password(service, "management-token");
        }
        // Only where there is none: two halves differ for a moment while they are rotated.
        if (secrets.find("clickhouse", "password").isEmpty()) {
            secrets.put(
                    "clickhouse", "password", secrets.password("backend", "clickhouse-password"));
        }
        secrets.keyPair("auth", "signing-key");
        String backendKey = secrets.keyPair("backend", "auth-private-key");
        if (secrets.find("auth", "backend-public-key").isEmpty()) {
            secrets.put("auth", "backend-public-key", backendKey);
        }
    }

    /** Takes over the providers' keys of {@code environment}: whoever sets one wants it used. */
    void takeKeys(Map<String, String> environment) {
        PROVIDER_KEYS.forEach(
                (variable, file) -> {
                    String key = environment.get(variable);
                    if (key != null && !key.isBlank()) {
                        secrets.put("backend", file, key.strip());
                    }
                });
    }

    /**
     * Takes over those that are not there yet. To ask is not to start: it must not bring back what
     * was rotated meanwhile.
     */
    void takeMissingKeys(Map<String, String> environment) {
        var missing = new LinkedHashMap<>(environment);
        missing.keySet()
                .removeIf(
                        variable ->
                                secrets.find(
                                                "backend",
                                                PROVIDER_KEYS.getOrDefault(variable, "none"))
                                        .isPresent());
        takeKeys(missing);
    }

    Map<String, String> clickhouse(Path data, Path library) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("APEX_TIER", "local");
        settings.put("CLICKHOUSE_PORT", String.valueOf(ports.clickhouse()));
        settings.put("CLICKHOUSE_DATA_DIR", data.toString());
        settings.put("CLICKHOUSE_LIBRARY", library.toString());
        settings.put("CLICKHOUSE_SECRETS_DIR", secrets.directory("clickhouse").toString());
        return settings;
    }

    Map<String, String> auth() {
        Map<String, String> settings = base("AUTH", "auth");
        settings.put("AUTH_PORT", String.valueOf(ports.auth()));
        settings.put("AUTH_MANAGEMENT_PORT", String.valueOf(ports.authManagement()));
        settings.put("AUTH_ISSUER", ports.address());
        settings.put("AUTH_DATABASE_HOSTS", "127.0.0.1:" + ports.postgresAuth());
        return settings;
    }

    Map<String, String> backend(int index, Path data) {
        Map<String, String> settings = base("BACKEND", "backend");
        settings.put("BACKEND_PORT", String.valueOf(ports.backends().get(index)));
        settings.put(
                "BACKEND_MANAGEMENT_PORT", String.valueOf(ports.backendManagements().get(index)));
        settings.put("BACKEND_DATABASE_HOSTS", "127.0.0.1:" + ports.postgresMain());
        settings.put("BACKEND_REDIS_URL", "redis://127.0.0.1:" + ports.redis());
        settings.put("BACKEND_CLICKHOUSE_URL", "http://127.0.0.1:" + ports.clickhouse());
        settings.put("BACKEND_AUTH_URL", "http://127.0.0.1:" + ports.auth());
        settings.put("BACKEND_AUTH_ISSUER", ports.address());
        settings.put("BACKEND_DATA_DIR", data.toString());
        PROVIDER_ADDRESSES.forEach(
                (variable, setting) -> {
                    String value = System.getenv(variable);
                    if (value != null && !value.isBlank()) {
                        settings.put(setting, value.strip());
                    }
                });
        return settings;
    }

    Map<String, String> frontend() {
        var settings = new LinkedHashMap<String, String>();
        handOn("FRONTEND", settings);
        settings.put("NODE_ENV", "production");
        settings.put("FRONTEND_HOST", "127.0.0.1");
        settings.put("FRONTEND_PORT", String.valueOf(ports.frontend()));
        settings.put("NEXT_TELEMETRY_DISABLED", "1");
        return settings;
    }

    Map<String, String> edge() {
        Map<String, String> settings = base("EDGE", "edge");
        settings.put("EDGE_PORT", String.valueOf(ports.edge()));
        settings.put("EDGE_MANAGEMENT_PORT", String.valueOf(ports.edgeManagement()));
        settings.put("EDGE_FRONTEND_URLS", "http://127.0.0.1:" + ports.frontend());
        settings.put(
                "EDGE_BACKEND_URLS",
                ports.backends().stream()
                        .map(p -> "http://127.0.0.1:" + p)
                        .collect(Collectors.joining(",")));
        settings.put("EDGE_AUTH_URLS", "http://127.0.0.1:" + ports.auth());
        // It begins beside the services and should see them soon; on one machine asking is cheap.
        settings.putIfAbsent("EDGE_PROBE_INTERVAL", "250ms");
        return settings;
    }

    /** What every service is told; a person's own variables of its prefix are handed on. */
    private Map<String, String> base(String prefix, String owner) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("APEX_TIER", "local");
        handOn(prefix, settings);
        settings.put(prefix + "_SECRETS_DIR", secrets.directory(owner).toString());
        return settings;
    }

    private static void handOn(String prefix, Map<String, String> settings) {
        System.getenv()
                .forEach(
                        (variable, value) -> {
                            if (variable.startsWith(prefix + "_")) {
                                settings.put(variable, value);
                            }
                        });
    }
}
