package ai.netra.apex.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The service as operators start it: a process with settings and secret files. */
class StartIT {

    @TempDir Path directory;

    @Test
    @Tag("GLD-1")
    @Tag("COM-4")
    @Tag("INF-9")
    void startsOnItsSettingsAnswersWithTheBuiltInModelAndEndsWhenTold() throws Exception {
        Process process = start(settings(), List.of());
        try {
            int port = port(process);
            var nobody = new Api(port, "");
            assertThat(nobody.get("/health/live").status()).isEqualTo(200);
            assertThat(nobody.get("/health/ready").status()).isEqualTo(200);
            assertThat(nobody.get("/health").body().path("dependencies").toString())
                    .contains("postgresql", "redis", "auth");

            Api person = Api.person(port);
            assertThat(person.get("/api/models").body().toString()).contains("apex/guide");
            String thread = person.thread();
            String run = person.ask(thread, "What can you do?");
            try (Socket socket = Socket.of(person)) {
                socket.subscribe(run, 0);
                List<JsonNode> events = socket.awaitEnd(run);
                assertThat(events.getLast().path("type").asString()).isEqualTo("agent_completed");
                assertThat(Socket.text(events)).isNotBlank();
                assertThat(person.messages(thread).get(0).path("content").asString())
                        .isEqualTo(Socket.text(events));
                process.destroy();
                assertThat(socket.awaitClose()).isEqualTo(1012);
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(log()).isZero();
            assertThat(log()).doesNotContain(Platform.PASSWORD).doesNotContain("\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @Tag("NET-1")
    void aTakenPortEndsItWith1AndASentenceThatNamesThePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = settings();
            settings.put("BACKEND_PORT", Integer.toString(taken.getLocalPort()));
            Process process = start(settings, List.of());
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(1);
                assertThat(log())
                        .containsPattern("backend: cannot start: .*" + taken.getLocalPort())
                        .doesNotContain("\tat ");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    @Tag("CFG-1")
    @Tag("STA-1")
    void badSettingsAreToldAllAtOnceBeforeAnythingStarts() throws Exception {
        Map<String, String> settings = settings();
        settings.put("BACKEND_PORT", "99999");
        settings.put("BACKEND_REDIS_ULR", "redis://127.0.0.1:1");
        settings.put("BACKEND_RUN_HEARTBEAT", "10s");
        Process process = start(settings, List.of("--check-config"));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(78);
        assertThat(log())
                .contains("BACKEND_PORT", "BACKEND_REDIS_ULR", "BACKEND_REDIS_URL")
                .contains("BACKEND_RUN_HEARTBEAT")
                .doesNotContain(Platform.PASSWORD);
    }

    private Map<String, String> settings() throws IOException {
        Path secrets = directory.resolve("secrets");
        Files.createDirectory(
                secrets,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        secret(secrets, "database-password", Platform.PASSWORD);
        secret(secrets, "database-owner-password", Platform.PASSWORD);
        secret(secrets, "auth-private-key", Parts.auth().clientKeyPem());
        Platform platform = Parts.platform();
        var settings = new HashMap<String, String>();
        settings.put("APEX_TIER", "test");
        settings.put("BACKEND_SECRETS_DIR", secrets.toString());
        settings.put("BACKEND_PORT", "0");
        settings.put("BACKEND_MANAGEMENT_PORT", "0");
        settings.put("BACKEND_DATABASE_HOSTS", "127.0.0.1:" + platform.postgresPort());
        settings.put("BACKEND_REDIS_URL", platform.redisUrl());
        settings.put("BACKEND_AUTH_URL", platform.authUrl().toString());
        settings.put("BACKEND_DATA_DIR", directory.resolve("data").toString());
        settings.put("BACKEND_OLLAMA_DISCOVER", "false");
        return settings;
    }

    private static void secret(Path directory, String name, String value) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value);
    }

    private Process start(Map<String, String> settings, List<String> arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                BackendService.class.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        return builder.start();
    }

    private int port(Process process) {
        var found = new int[1];
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            assertThat(process.isAlive()).as(log()).isTrue();
                            found[0] = listening(log());
                            return found[0] > 0;
                        });
        return found[0];
    }

    /** The port the service says it listens on. */
    private static int listening(String log) {
        String words = "listens on 127.0.0.1:";
        int at = log.indexOf(words);
        if (at < 0) {
            return 0;
        }
        int from = at + words.length();
        int to = from;
        while (to < log.length() && Character.isDigit(log.charAt(to))) {
            to++;
        }
        return to == log.length() ? 0 : Integer.parseInt(log.substring(from, to));
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
    }
}
