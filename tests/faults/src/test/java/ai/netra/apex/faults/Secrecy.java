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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
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
    private final Map<String, String> needles = new LinkedHashMap<>();
    private final Set<String> found = new TreeSet<>();

    /** The first two bytes of all needles. */
    private final BitSet starts = new BitSet(1 << 16);

    private int places;

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
        secrets.forEach(
                all ->
                        all.forEach(
                                (name, text) -> {
                                    List<String> own = needlesOf(text);
                                    assertThat(own).as("what gives %s away", name).isNotEmpty();
                                    own.forEach(needle -> expect(needle, name));
                                }));
        assertThat(needles).hasSizeGreaterThan(40);
        collect();
        readable.forEach((place, text) -> look(place, text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThat(places).isGreaterThan(100);
        assertThat(found).isEmpty();
    }

    private void expect(String needle, String name) {
        needles.put(needle, name);
        starts.set(needle.charAt(0) << 8 | needle.charAt(1));
    }

    /** Looks for every needle at once: databases are large. */
    private void look(String place, byte[] bytes) {
        places++;
        for (int i = 0; i + SHORTEST <= bytes.length; i++) {
            if (starts.get((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff))) {
                lookAt(place, bytes, i);
            }
        }
    }

    private void lookAt(String place, byte[] bytes, int at) {
        needles.forEach(
                (needle, name) -> {
                    int i = 0;
                    while (i < needle.length()
                            && at + i < bytes.length
                            && needle.charAt(i) == bytes[at + i]) {
                        i++;
                    }
                    if (i == needle.length()) {
                        found.add(name + " in " + place);
                    }
                });
    }

    /** What gives a secret away: a password, or any line of a key. */
    private static List<String> needlesOf(String text) {
        String password =
                text.contains("-----BEGIN") ? text : text.substring(text.indexOf(':') + 1);
        return password.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("-----") && !line.startsWith("#"))
                // A key's own name, as in name=key, is nobody's secret.
                .map(line -> line.replaceFirst("^[a-z0-9-]{1,20}=(?=.)", ""))
                .filter(line -> line.length() >= SHORTEST)
                .toList();
    }

    private void collect() throws IOException, InterruptedException {
        home();
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

    /** Everything the installation keeps but the secrets themselves: logs, state, databases. */
    private void home() throws IOException {
        Path secrets = system.home().resolve("secrets");
        try (Stream<Path> files = Files.walk(system.home())) {
            for (Path file : (Iterable<Path>) files.filter(f -> !f.startsWith(secrets))::iterator) {
                try {
                    if (Files.isRegularFile(file) && Files.size(file) > 0) {
                        look("file " + system.home().relativize(file), Files.readAllBytes(file));
                    }
                } catch (NoSuchFileException _) {
                    // A database has done with it meanwhile.
                }
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
                    diagnose(name, pid);
                }
            }
        }
    }

    /** What an operator's tools get out of a JVM, events of its flight recorder included. */
    private void diagnose(String name, long pid) throws IOException, InterruptedException {
        Path events = system.home().resolve("events-" + pid + ".jfr");
        Path commands =
                Files.writeString(
                        system.home().resolve("commands-" + pid),
                        """
                        Thread.print
                        VM.system_properties
                        VM.command_line
                        JFR.start name=secrecy
                        JFR.dump name=secrecy filename=%s
                        JFR.stop name=secrecy
                        """
                                .formatted(events));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(pid),
                                "-f",
                                commands.toString())
                        .redirectErrorStream(true)
                        .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(new String(output, StandardCharsets.UTF_8)).isZero();
        put("diagnosis of " + name, output);
        byte[] recorded = Files.readAllBytes(events);
        assertThat(new String(recorded, StandardCharsets.ISO_8859_1))
                .as("events tell of the environment")
                .contains("jdk.InitialEnvironmentVariable");
        put("events of " + name, recorded);
        Files.delete(events);
        Files.delete(commands);
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
