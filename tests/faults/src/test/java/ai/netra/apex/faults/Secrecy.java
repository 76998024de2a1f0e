package ai.netra.apex.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.testing.system.ApexSystem;
import ai.netra.apex.testing.system.Person;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Looks for secrets wherever somebody could read something of a running system. */
final class Secrecy {
    private static final int SHORTEST = 12;

    private final ApexSystem system;
    private final PortPlan ports;
    private final Map<String, String> readable = new LinkedHashMap<>();

    private Secrecy(ApexSystem system, PortPlan ports) {
        this.system = system;
        this.ports = ports;
    }

    static Secrecy of(ApexSystem system, PortPlan ports) {
        return new Secrecy(system, ports);
    }

    /** Fails with the place and the name of each secret found, without the secret. */
    void findNothingOf(Stream<Map<String, String>> secrets)
            throws IOException, InterruptedException {
        Map<String, String> needles = new LinkedHashMap<>();
        secrets.forEach(
                all ->
                        all.forEach(
                                (name, text) ->
                                        needlesOf(text).forEach(n -> needles.put(n, name))));
        assertThat(needles).hasSizeGreaterThan(20);
        collect();
        Set<String> found = new TreeSet<>();
        readable.forEach(
                (place, text) ->
                        needles.forEach(
                                (needle, name) -> {
                                    if (text.contains(needle)) {
                                        found.add(name + " in " + place);
                                    }
                                }));
        assertThat(readable).hasSizeGreaterThan(50);
        assertThat(found).isEmpty();
    }

    /** What gives a secret away: a password, or any line of a key. */
    private static List<String> needlesOf(String text) {
        String password =
                text.contains("-----BEGIN") ? text : text.substring(text.indexOf(':') + 1);
        return password.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("-----") && !line.startsWith("#"))
                .filter(line -> line.length() >= SHORTEST)
                .toList();
    }

    private void collect() throws IOException, InterruptedException {
        files(system.home().resolve("logs"));
        files(system.home().resolve("run"));
        try (Stream<Path> logs = Files.walk(system.home().resolve("data"), 2)) {
            for (Path log :
                    (Iterable<Path>) logs.filter(f -> f.toString().endsWith(".log"))::iterator) {
                put("log " + log.getFileName(), Files.readAllBytes(log));
            }
        }
        processes();
        answers();
        for (String words :
                List.of(
                        "status --json",
                        "config explain --json --skip-build",
                        "secrets list --json --skip-build",
                        "doctor --json --skip-build")) {
            readable.put(words, system.apex(words.split(" ")).output());
        }
    }

    private void files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                put("file " + file.getFileName(), Files.readAllBytes(file));
            }
        }
    }

    /**
     * The system's processes and all below them: environment, command line, every Java's threads.
     */
    private void processes() throws IOException, InterruptedException {
        Set<Long> pids = new TreeSet<>(List.of(system.status().get("launcherPid").asLong()));
        for (JsonNode part : system.status().get("parts")) {
            pids.add(part.get("pid").asLong());
        }
        for (long pid : List.copyOf(pids)) {
            ProcessHandle.of(pid).stream()
                    .flatMap(ProcessHandle::descendants)
                    .forEach(child -> pids.add(child.pid()));
        }
        for (long pid : pids) {
            Path process = Path.of("/proc", Long.toString(pid));
            if (Files.isDirectory(process)) {
                String name = Files.readString(process.resolve("comm")).strip() + " " + pid;
                put("environ of " + name, Files.readAllBytes(process.resolve("environ")));
                put("cmdline of " + name, Files.readAllBytes(process.resolve("cmdline")));
                if (name.startsWith("java")) {
                    for (String command :
                            List.of("Thread.print", "VM.system_properties", "VM.command_line")) {
                        readable.put(command + " of " + name, jcmd(pid, command));
                    }
                }
            }
        }
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void answers() throws IOException, InterruptedException {
        for (int port :
                Stream.concat(
                                Stream.of(ports.authManagement(), ports.edgeManagement()),
                                ports.backendManagements().stream())
                        .toList()) {
            for (String path :
                    List.of(
                            "/metrics",
                            "/health/live",
                            "/health/ready",
                            "/config",
                            "/actuator/env")) {
                get("http://127.0.0.1:" + port + path);
            }
        }
        for (int port :
                Stream.concat(Stream.of(ports.auth()), ports.backends().stream()).toList()) {
            for (String path :
                    List.of(
                            "/health",
                            "/actuator",
                            "/actuator/env",
                            "/actuator/configprops",
                            "/x")) {
                get("http://127.0.0.1:" + port + path);
            }
        }
        get("http://127.0.0.1:" + ports.clickhouse() + "/?query=select%201");
        Person person = Person.register(system.address());
        for (String path :
                List.of("/health", "/oauth2/jwks", "/.well-known/openid-configuration")) {
            readable.put(path, person.send("GET", path, null).body());
        }
        errors(person);
    }

    /** Errors of every kind: nothing of what is configured is in their words. */
    private void errors(Person person) throws IOException, InterruptedException {
        Object nonsense = Map.of("nonsense", Map.of("x", 1));
        for (String path :
                List.of(
                        "/auth/login",
                        "/auth/register",
                        "/auth/validate",
                        "/api/threads/x/messages",
                        "/oauth2/token",
                        "/oauth2/introspect",
                        "/v1/chat/completions")) {
            HttpResponse<String> answer = person.send("POST", path, nonsense);
            assertThat(answer.statusCode()).as(path).isGreaterThanOrEqualTo(400);
            readable.put("error of " + path, answer.body() + answer.headers().map());
        }
        readable.put("models", person.send("GET", "/api/models", null).body());
    }

    private void get(String uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(uri)).build(),
                            HttpResponse.BodyHandlers.ofString());
            readable.put(uri, answer.body() + answer.headers().map());
        }
    }

    private void put(String place, byte[] bytes) {
        readable.put(place, new String(bytes, StandardCharsets.ISO_8859_1));
    }
}
