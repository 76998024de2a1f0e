package ai.netra.apex.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's commands about configuration, as processes, on the services as they are built. */
@Tag("CFG-1")
@Tag("CFG-2")
@Tag("INF-3")
class ConfigCommandsIT {
    private static final String CANARY = "canary-Zx81!";

    @TempDir private Path directory;

    private final Map<String, String> variables = new HashMap<>();

    private record Ran(int exitCode, String output) {}

    private Ran apex(String input, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-Dapex.repository=" + Path.of("..", "..").toRealPath(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "ai.netra.apex.launcher.Apex"));
        command.addAll(List.of(arguments));
        command.add("--skip-build");
        ProcessBuilder builder = new ProcessBuilder(command);
        Path errors = directory.resolve("errors");
        builder.redirectError(errors.toFile());
        builder.environment().remove("APEX_TIER");
        builder.environment().put("APEX_HOME", directory.resolve("home").toString());
        builder.environment().putAll(variables);
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ran(process.exitValue(), output + Files.readString(errors));
    }

    @Test
    void aBadFileIsRefusedWithEveryProblemAndNoSecret() throws Exception {
        Path file =
                Files.writeString(
                        directory.resolve("bad.env"),
                        """
                        APEX_TIER=production
                        BACKEND_PORT=eighty
                        BACKEND_DATABASE_HOSTS=localhost
                        BACKEND_DATABASE_PASSWORD=%s
                        BACKEND_REDIS_ULR=rediss://redis.internal
                        """
                                .formatted(CANARY));
        Ran ran = apex("", "check-config", "backend", "--env-file", file.toString(), "--json");
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(ran.output())
                .contains("\"problems\":[{")
                .contains("\"service\":\"backend\"")
                .contains("\"key\":\"BACKEND_PORT\"")
                .contains("\"key\":\"BACKEND_DATABASE_HOSTS\"")
                .contains("\"key\":\"BACKEND_DATABASE_PASSWORD\"")
                .contains("Did you mean BACKEND_REDIS_URL?")
                .contains("line 2")
                .doesNotContain(CANARY);
    }

    @Test
    void theDoctorRunsTheSameValidation() throws Exception {
        Path file =
                Files.writeString(directory.resolve("bad.env"), "APEX_TIER=local\nEDGE_PORT=x\n");
        Ran ran = apex("", "doctor", "--any-ports", "--json", "--env-file", file.toString());
        assertThat(ran.output())
                .contains("\"fit\":false", "\"subject\":\"JDK\"", "\"key\":\"EDGE_PORT\"");
        assertThat(ran.exitCode()).isEqualTo(78);
        Ran well = apex("", "doctor", "--any-ports", "--json");
        assertThat(well.output()).contains("\"fit\":true", "\"problems\":[]");
        assertThat(well.exitCode()).isZero();
    }

    @Test
    @Tag("NET-2")
    void timesThatDoNotFitBetweenServicesAreRefusedBeforeAnythingStarts() throws Exception {
        variables.put("BACKEND_RUN_MAX_DURATION", "1h");
        Ran ran = apex("", "up", "--any-ports", "--detach");
        assertThat(ran.output())
                .contains("BACKEND_RUN_MAX_DURATION is not shorter than EDGE_REQUEST_TIMEOUT");
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(directory.resolve("home/run/state.json")).doesNotExist();
        assertThat(directory.resolve("home/data")).isEmptyDirectory();
        assertThat(apex("", "check-config", "--json").output())
                .contains("\"key\":\"BACKEND_RUN_MAX_DURATION\"");
    }

    @Test
    void whatUpWouldTellTheServicesIsValidAndCanBeExplained() throws Exception {
        assertThat(apex("", "check-config", "--json"))
                .satisfies(
                        ran -> {
                            assertThat(ran.output()).contains("{\"problems\":[]}");
                            assertThat(ran.exitCode()).isZero();
                        });
        assertThat(apex("", "config", "explain", "BACKEND_PORT").output())
                .contains("default:  8000")
                .contains("source:   environment");
    }

    @Test
    void aSecretThatTheServiceWouldRefuseIsPutBack() throws Exception {
        assertThat(apex("", "secrets", "check", "auth").exitCode()).isZero();
        Path key = directory.resolve("home/secrets/auth/signing-key");
        String before = Files.readString(key).strip();
        Ran ran = apex(CANARY, "secrets", "rotate", "auth", "backend-public-key");
        assertThat(ran.exitCode()).isEqualTo(78);
        assertThat(ran.output()).contains("Nothing was changed.").doesNotContain(CANARY);
        assertThat(directory.resolve("home/secrets/auth/backend-public-key"))
                .content()
                .startsWith("-----BEGIN PUBLIC KEY");
        Ran taken = apex(CANARY + "-long-enough", "secrets", "rotate", "backend", "gemini-api-key");
        assertThat(taken.exitCode()).isZero();
        assertThat(directory.resolve("home/secrets/backend/gemini-api-key"))
                .content()
                .startsWith(CANARY);
        Ran own = apex("", "secrets", "rotate", "auth", "signing-key", "--json");
        assertThat(own.output()).contains("\"outcome\":\"ROTATED\"").doesNotContain("PRIVATE");
        assertThat(own.exitCode()).isZero();
        assertThat(Files.readString(key).strip()).isNotEqualTo(before);
        assertThat(directory.resolve("home/secrets/auth/signing-key-previous"))
                .content()
                .contains("PUBLIC KEY")
                .doesNotContain("PRIVATE");
        assertThat(apex("", "secrets", "list", "backend").output())
                .contains("BACKEND_GEMINI_API_KEY")
                .contains("present")
                .doesNotContain(CANARY);
    }
}
