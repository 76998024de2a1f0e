package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.tls.TestCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A secret in every place that a service has for one: those that {@code ./apex up} leaves empty are
 * filled before it starts, so that each can be looked for.
 */
final class Canaries {
    /** The issuer of the edge's certificates. */
    static final TestCertificate AUTHORITY = TestCertificate.selfSigned("Authority");

    /** Either of two places holds a login, and the other one is filled by {@code ./apex up}. */
    private static final Map<String, String> INSTEAD =
            Map.of(
                    "auth/database-password", "auth/database-login",
                    "backend/database-password", "backend/database-login");

    private final int tlsPort;

    private Canaries(int tlsPort) {
        this.tlsPort = tlsPort;
    }

    static Canaries make() throws IOException {
        try (var free = new ServerSocket(0)) {
            return new Canaries(free.getLocalPort());
        }
    }

    /** The port of HTTPS. */
    int tlsPort() {
        return tlsPort;
    }

    /** Where the edge's certificate is. */
    static Path certificate(Path home) {
        return home.resolve("certificate.pem");
    }

    /** Fills what is empty below {@code home}, and says what {@code ./apex up} has to be told. */
    Map<String, String> settings(Path home, URI provider) {
        TestCertificate edge = newCertificate();
        try {
            Files.writeString(certificate(home), edge.chainPem());
            put(home, "edge/tls-key", edge.keyPem());
            put(home, "auth/signing-key-next", newCertificate().keyPem());
            put(home, "auth/signing-key-previous", newCertificate().keyPem());
            put(home, "clickhouse/password-previous", "canary-clickhouse-4fJq8Zt2w");
            put(home, "backend/openai-compatible-keys", "local=sk-canary-local-77rTq0Lm");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new HashMap<>();
        settings.put("OPENAI_API_KEY", "sk-canary-first-not-a-real-key");
        settings.put("ANTHROPIC_API_KEY", "sk-ant-canary-first-not-a-real-key");
        settings.put("GEMINI_API_KEY", "canary-gemini-first-not-a-real-key");
        settings.put("OPENAI_BASE_URL", provider.resolve("/v1").toString());
        settings.put("BACKEND_ANTHROPIC_BASE_URL", provider.toString());
        settings.put("BACKEND_GEMINI_BASE_URL", provider.toString());
        settings.put("BACKEND_OPENAI_COMPATIBLE", "local=" + provider.resolve("/v1"));
        settings.put("EDGE_TLS_CERTIFICATE", certificate(home).toString());
        settings.put("EDGE_TLS_PORT", Integer.toString(tlsPort));
        settings.put("EDGE_TLS_REDIRECT", "false");
        return settings;
    }

    /** Another certificate for this machine. */
    static TestCertificate newCertificate() {
        return AUTHORITY.issue(TestCertificate.Wish.of("localhost"));
    }

    private static void put(Path home, String name, String value) throws IOException {
        Path file = home.resolve("secrets").resolve(name);
        var onlyOwner = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(file.getParent(), PosixFilePermissions.asFileAttribute(onlyOwner));
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value);
    }

    /**
     * Fails with each secret that some service declares and that has no value here: whoever
     * declares a new one has to fill it too. What is declared is read from the generated schema.
     */
    static void assertEveryPlaceIsFilled(Path home) throws IOException {
        Set<String> declared = declared();
        assertThat(declared).hasSizeGreaterThan(20).containsAll(INSTEAD.keySet());
        Set<String> empty = new TreeSet<>();
        for (String name : declared) {
            String filled = INSTEAD.getOrDefault(name, name);
            if (!Files.isRegularFile(home.resolve("secrets").resolve(filled))) {
                empty.add(name);
            }
        }
        assertThat(empty).as("secrets that nobody would find in a log").isEmpty();
    }

    /** Every secret as {@code service/file}. */
    private static Set<String> declared() throws IOException {
        Path schema = ApexSystem.repository().resolve("docs/configuration.schema.json");
        JsonNode properties =
                JsonMapper.shared().readTree(Files.readString(schema)).get("properties");
        Set<String> names = new TreeSet<>();
        for (String property : properties.propertyNames()) {
            if (property.endsWith("_FROM")) {
                String key = property.substring(0, property.length() - "_FROM".length());
                String[] parts = key.toLowerCase(Locale.ROOT).split("_", 2);
                names.add(parts[0] + "/" + parts[1].replace('_', '-'));
            }
        }
        return names;
    }
}
