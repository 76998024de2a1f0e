package ai.netra.apex.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The services' own mains with a configuration in which everything is wrong that can be: one report
 * of it all, the exit code for it, and nothing opened. (The front end's is in {@code
 * frontend/scripts/server.test.ts}.)
 */
@Tag("CFG-1")
@Tag("CFG-2")
@Tag("AUT-7")
@Tag("INF-3")
class RefusedStartIT {
    private static final String CANARY = "canary-Zx81-refused";

    /**
     * A JVM loads one of these before it opens a socket of whatever kind. (The classes of channels
     * to sockets are no sign of it: whoever reads a file has them looked at.)
     */
    private static final Pattern SOCKET =
            Pattern.compile("sun\\.nio\\.ch\\.(Net|NioSocketImpl|DatagramChannelImpl) ");

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({
        "AUTH_, ai.netra.apex.auth.AuthService, MANAGEMENT_TOKEN, AUTH_DATABASE_HOSTS",
        "BACKEND_, ai.netra.apex.backend.BackendService, MANAGEMENT_TOKEN, BACKEND_DATABASE_HOSTS",
        "EDGE_, ai.netra.apex.edge.Edge, MANAGEMENT_TOKEN, EDGE_BACKEND_URLS",
        "CLICKHOUSE_, ai.netra.apex.embedded.clickhouse.ClickHouseEngine, PASSWORD,"
                + " CLICKHOUSE_DATA_DIR"
    })
    void everythingThatIsWrongIsToldAtOnceAndNothingIsOpened(
            String prefix, String main, String secret, String required) throws Exception {
        Map<String, String> environment = spoilt(prefix, secret);

        Process process = start(environment, main);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isEqualTo(78);
        assertThat(output)
                .as("one report")
                .containsOnlyOnce("The configuration has ")
                .contains(" problems:")
                .contains(required + " is required in tier production")
                .contains(prefix + "PORT is \"eighty\" which is not a whole number")
                .contains("Did you mean " + prefix + "PORT?")
                .contains(prefix + secret + " is a credential in the open")
                .contains("is open to others than its owner")
                .contains("refers to itself")
                .contains("line 3 is not KEY=VALUE")
                .contains(prefix + "VAULT_REFRESH is \"9999d\"")
                .contains("AUTH_".equals(prefix) ? "" : "AUTH_FOREIGN")
                .doesNotContain(CANARY)
                .doesNotContain("\tat ");
        assertThat(loaded()).as("the log of classes is one").contains("java.lang.String ");
        assertThat(SOCKET.matcher(loaded()).find()).as("a socket was opened").isFalse();
    }

    @Test
    void whatOpensASocketIsSeen() throws Exception {
        Process server = start(Map.of(), "-m", "jdk.httpserver", "-p", "0", "-b", "127.0.0.1");
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> SOCKET.matcher(loaded()).find());
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private Map<String, String> spoilt(String prefix, String secret) throws IOException {
        Path secrets = Files.createDirectory(directory.resolve("secrets"));
        Service.mode(secrets, "rwx------");
        String name = secret.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        Path readable = Files.writeString(secrets.resolve(name), CANARY + "\n");
        Files.setPosixFilePermissions(readable, PosixFilePermissions.fromString("rw-r--r--"));
        Path file =
                Files.writeString(
                        directory.resolve("service.conf"),
                        """
                        %1$sVAULT_REFRESH=9999d
                        %1$sVAULT_ROLE=${%1$sVAULT_ROLE}
                        nonsense
                        AUTH_FOREIGN=1
                        """
                                .formatted(prefix));
        Map<String, String> environment = new TreeMap<>();
        environment.put("APEX_TIER", "production");
        environment.put(prefix + "SECRETS_DIR", secrets.toString());
        environment.put(prefix + "CONFIG_FILE", file.toString());
        environment.put(prefix + "PORT", "eighty");
        environment.put(prefix + "PROT", "80");
        environment.put(prefix + secret, CANARY);
        return environment;
    }

    private Process start(Map<String, String> environment, String... what) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Xlog:class+load:file=" + directory.resolve("loaded"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(Stream.of(what).toList());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String loaded() throws IOException {
        Path log = directory.resolve("loaded");
        return Files.exists(log) ? Files.readString(log) : "";
    }
}
