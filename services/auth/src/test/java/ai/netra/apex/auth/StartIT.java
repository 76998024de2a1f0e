package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.netra.apex.embedded.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process of its own, as an operator starts it. */
final class StartIT {

    private static final String CANARY = "canary-9f8e7d6c5b4a";

    private static AuthFixture auth;

    @TempDir private Path directory;

    @BeforeAll
    static void start() {
        auth = AuthFixture.start();
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    private record Ended(int code, String output) {}

    private Ended run(Map<String, String> environment, String... arguments) throws Exception {
        Process process = launch(environment, arguments);
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), output());
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"), StandardCharsets.UTF_8);
    }

    private Process launch(Map<String, String> environment, String... arguments)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                AuthService.class.getName()));
        command.addAll(List.of(arguments));
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The fixture's settings with its secrets as files, the way they come outside of tests. */
    private Map<String, String> asFiles(Map<String, String> settings) throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("secrets"));
        Files.setPosixFilePermissions(secrets, PosixFilePermissions.fromString("rwx------"));
        var rest = new HashMap<>(settings);
        for (String key :
                List.of(
                        "AUTH_DATABASE_PASSWORD",
                        "AUTH_DATABASE_OWNER_PASSWORD",
                        "AUTH_SIGNING_KEY",
                        "AUTH_BACKEND_PUBLIC_KEY")) {
            String name = key.substring(5).toLowerCase(java.util.Locale.ROOT).replace('_', '-');
            String value = rest.remove(key);
            if (value != null) {
                Path file = Files.writeString(secrets.resolve(name), value);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
        }
        rest.put("AUTH_SECRETS_DIR", secrets.toString());
        return rest;
    }

    @Test
    @Tag("AUT-7")
    void everyMistakeInTheConfigurationIsToldAtOnceAndNoSecretIs() throws Exception {
        Map<String, String> settings = new HashMap<>(auth.settings());
        settings.put("AUTH_SIGNING_KEY", CANARY + "-not-a-key-at-all");
        settings = asFiles(settings);
        settings.put("AUTH_PORT", "70000");
        settings.put("AUTH_SESION_LIFE", "30d");
        settings.put("AUTH_ACCESS_TOKEN_LIFE", "8h");
        Ended ended = run(settings);
        assertThat(ended.code()).as(ended.output()).isEqualTo(78);
        assertThat(ended.output())
                .contains("AUTH_PORT", "AUTH_SESION_LIFE", "AUTH_SESSION_LIFE")
                .contains("AUTH_ACCESS_TOKEN_LIFE", "AUTH_SIGNING_KEY", "openssl genpkey")
                .doesNotContain(CANARY)
                .doesNotContain("\tat ");
    }

    @Test
    @Tag("AUT-7")
    void aValidConfigurationIsCheckedWithoutStarting() throws Exception {
        Ended ended = run(asFiles(auth.settings()), "--check-config");
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("valid");
    }

    @Test
    @Tag("AUT-6")
    void toldToStopItFinishesWhatIsUnderWayAndEndsWith0() throws Exception {
        Map<String, String> settings = asFiles(auth.settings());
        int port = Ports.free();
        settings.put("AUTH_PORT", Integer.toString(port));
        Process process = launch(settings);
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> Ports.accepts(port));
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        """
                        POST /auth/login HTTP/1.1\r
                        Host: 127.0.0.1\r
                        Content-Type: application/json\r
                        Content-Length: 58\r
                        Expect: 100-continue\r
                        \r
                        """
                                .getBytes(StandardCharsets.US_ASCII));
                // Told to go on, the request is at work and waits for its body.
                assertThat(line(socket)).isEqualTo("HTTP/1.1 100 ");

                process.destroy();
                await().atMost(Duration.ofSeconds(60)).until(() -> !Ports.accepts(port));
                assertThat(process.isAlive()).isTrue();
                out.write(
                        "{\"email\":\"nobody@example.org\",\"password\":\"wrong-wrong\"}   "
                                .getBytes(StandardCharsets.US_ASCII));

                assertThat(line(socket)).isEmpty();
                assertThat(line(socket)).startsWith("HTTP/1.1 401");
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output()).isZero();
            assertThat(output()).doesNotContain("\tat ");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String line(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int c = socket.getInputStream().read(); c >= 0 && c != '\n'; ) {
            line.append(c == '\r' ? "" : (char) c);
            c = socket.getInputStream().read();
        }
        return line.toString();
    }

    @Test
    @Tag("AUT-7")
    void anOperatorMakesAnAdministrator() throws Exception {
        auth.register();
        AuthFixture.Person person = auth.register();
        AuthClient client = auth.client();
        client.login(person.email(), AuthFixture.PASSWORD);
        assertThat(client.get("/auth/me").body()).doesNotContain("admin");
        Map<String, String> settings = asFiles(auth.settings());
        Ended ended = run(settings, "--grant-admin", person.email());
        assertThat(ended.code()).as(ended.output()).isZero();
        client.refresh();
        assertThat(client.get("/auth/me").body()).contains("admin", "operator");
        assertThat(run(settings, "--grant-admin", "nobody@example.org").code()).isEqualTo(1);
    }

    @Test
    @Tag("AUT-3")
    void aDatabaseOfAnotherTierIsRefusedAndLeftAsItWas() throws Exception {
        Map<String, String> settings = new HashMap<>(auth.settings());
        settings.put("APEX_TIER", "test");
        Map<String, String> files = asFiles(settings);
        auth.register();
        String before = auth.dump("account");
        Ended ended = run(files);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains("auth: cannot start: The database belongs to tier local")
                .contains("this process to tier test")
                .doesNotContain("\tat ");
        assertThat(auth.dump("account")).isEqualTo(before);
        assertThat(auth.client().get("/auth/me").status()).isEqualTo(401);
    }
}
