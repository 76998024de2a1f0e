package ai.netra.apex.embedded.clickhouse;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's address. */
record Parameters(Map<String, String> all) {

    static final Parameters NONE = new Parameters(Map.of());

    private static final String BINDING = "param_";

    /** Parameters of the interface itself; every other one is a setting of the engine. */
    private static final Set<String> OWN =
            Set.of(
                    "query",
                    "database",
                    "default_format",
                    "user",
                    "password",
                    "query_id",
                    "session_id",
                    "session_timeout",
                    "session_check",
                    "compress",
                    "decompress",
                    "enable_http_compression",
                    "http_zlib_compression_level",
                    "wait_end_of_query",
                    "buffer_size",
                    "role",
                    "quota_key",
                    "stacktrace",
                    "client_protocol_version");

    static Parameters of(URI address) {
        Map<String, String> parameters = new LinkedHashMap<>();
        String query = address.getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.isEmpty()) {
                parameters.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return new Parameters(parameters);
    }

    @Nullable String get(String name) {
        return all.get(name);
    }

    String get(String name, String otherwise) {
        return all.getOrDefault(name, otherwise);
    }

    boolean has(String name) {
        return all.containsKey(name);
    }

    /** Settings of the engine for this request. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(all);
        settings.keySet().removeAll(OWN);
        settings.keySet().removeIf(name -> name.startsWith(BINDING));
        return settings;
    }

    /** Values of the statement's {@code {name:Type}} placeholders. */
    Map<String, String> bindings() {
        Map<String, String> bindings = new LinkedHashMap<>();
        all.forEach(
                (name, value) -> {
                    if (name.startsWith(BINDING)) {
                        bindings.put(name.substring(BINDING.length()), value);
                    }
                });
        return bindings;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
