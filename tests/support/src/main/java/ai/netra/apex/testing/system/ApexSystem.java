package ai.netra.apex.testing.system;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole system, started with {@code ./apex up --detach} on free ports and a home of its own,
 * from a checkout that is built. {@link #close} runs {@code ./apex down} and deletes the home.
 *
 * <p>Thread-safe.
 */
public final class ApexSystem implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final Command command;
    private final Path home;
    private final int replicas;
    private final URI address;

    private ApexSystem(Command command, Path home, int replicas)
            throws IOException, InterruptedException {
        this.command = command;
        this.home = home;
        this.replicas = replicas;
        this.address = URI.create(status().get("address").asString());
    }

    /**
     * Starts it.
     *
     * @param replicas how many backends
     * @param settings further variables of its environment: {@code OPENAI_BASE_URL}, …
     * @throws IllegalStateException with what the command printed when it does not start
     */
    public static ApexSystem start(int replicas, Map<String, String> settings)
            throws IOException, InterruptedException {
        return start(replicas, _ -> settings);
    }

    /** The same with settings that depend on its home, which is there and empty. */
    public static ApexSystem start(int replicas, Function<Path, Map<String, String>> settings)
            throws IOException, InterruptedException {
        return start(List.of(), replicas, settings);
    }

    /**
     * The same as somebody who is not root, with one backend: in a user namespace where the test
     * itself runs as root, else as whoever runs the test.
     */
    public static ApexSystem startUnprivileged() throws IOException, InterruptedException {
        List<String> before =
                System.getProperty("user.name").equals("root")
                        ? List.of("unshare", "--user", "--map-user=1000", "--map-group=1000")
                        : List.of();
        return start(before, 1, _ -> Map.of());
    }

    private static ApexSystem start(
            List<String> before, int replicas, Function<Path, Map<String, String>> settings)
            throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("apex-system-");
        var environment = new LinkedHashMap<>(settings.apply(home));
        environment.put("APEX_HOME", home.toString());
        return up(new Command(repository(), before, environment), home, replicas);
    }

    private static ApexSystem up(Command command, Path home, int replicas)
            throws IOException, InterruptedException {
        var result =
                command.run(
                        "up",
                        "--detach",
                        "--skip-build",
                        "--any-ports",
                        "--replicas",
                        String.valueOf(replicas));
        if (result.code() != 0) {
            String logs = logs(home);
            command.run("down");
            throw new IllegalStateException("./apex up failed:\n" + result.output() + logs);
        }
        return new ApexSystem(command, home, replicas);
    }

    /** The checkout this class was built in: the nearest parent with the {@code apex} script. */
    public static Path repository() {
        String given = System.getProperty("apex.repository");
        Path directory = Path.of(given == null ? "" : given).toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("apex"))) {
            directory =
                    Objects.requireNonNull(
                            directory.getParent(),
                            "no checkout above " + Path.of("").toAbsolutePath());
        }
        return directory;
    }

    /** The one address of everything. */
    public URI address() {
        return address;
    }

    /** Its home directory: data, logs, secrets. */
    public Path home() {
        return home;
    }

    /** Runs {@code ./apex} with these words on this system. */
    public Result apex(String... words) throws IOException, InterruptedException {
        return command.run(words);
    }

    /** Begins {@code ./apex} with these words and returns at once; output goes to the process. */
    public Process begin(String... words) throws IOException {
        return command.process(words).start();
    }

    /** What {@code ./apex status --json} says. */
    public JsonNode status() throws IOException, InterruptedException {
        String output = command.run("status", "--json").output();
        return JSON.readTree(output.substring(output.indexOf('{')));
    }

    /** One part as the supervisor wrote it down last, e.g. {@code backend-1}. */
    public JsonNode part(String name) throws IOException {
        for (JsonNode part : state().get("parts")) {
            if (part.get("name").asString().equals(name)) {
                return part;
            }
        }
        throw new IllegalArgumentException("there is no part called " + name);
    }

    /** What {@link #status()} reads, without a process of its own: for those who look often. */
    private JsonNode state() throws IOException {
        return JSON.readTree(Files.readString(home.resolve("run/state.json")));
    }

    /** The processes of all parts, as they are now. */
    public List<ProcessHandle> processes() throws IOException {
        var processes = new ArrayList<ProcessHandle>();
        for (JsonNode part : state().get("parts")) {
            ProcessHandle.of(part.get("pid").asLong()).ifPresent(processes::add);
        }
        return processes;
    }

    /** Ends the supervisor the hard way ({@code SIGKILL}); its parts are left to themselves. */
    public void killLauncher() throws IOException {
        ProcessHandle launcher =
                ProcessHandle.of(state().get("launcherPid").asLong()).orElseThrow();
        launcher.destroyForcibly();
        launcher.onExit().join();
    }

    /** Runs {@code ./apex up} again on the same home; the system has another address then. */
    public ApexSystem upAgain() throws IOException, InterruptedException {
        return up(command, home, replicas);
    }

    /** The process of a part now; 0 when it has none. */
    public long pid(String part) throws IOException {
        return part(part).get("pid").asLong();
    }

    /** Ends a part the hard way ({@code SIGKILL}) and returns when it is gone. */
    public void kill(String part) throws IOException {
        ProcessHandle.of(pid(part))
                .ifPresent(
                        process -> {
                            process.destroyForcibly();
                            process.onExit().join();
                        });
    }

    /** Whether a part is ready, in a process other than {@code formerPid}. */
    public boolean isReadyAgain(String part, long formerPid) throws IOException {
        JsonNode now = part(part);
        return now.get("state").asString().equals("ready") && now.get("pid").asLong() != formerPid;
    }

    @Override
    public void close() throws IOException {
        try {
            command.run("down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(home);
    }

    private static String logs(Path home) throws IOException {
        var text = new StringBuilder();
        Path directory = home.resolve("logs");
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    List<String> lines = Files.readAllLines(file);
                    text.append("\n--- ").append(file.getFileName()).append('\n');
                    lines.subList(Math.max(0, lines.size() - 20), lines.size())
                            .forEach(line -> text.append(line).append('\n'));
                }
            }
        }
        return text.toString();
    }

    private static void delete(@Nullable Path directory) throws IOException {
        if (directory == null || !Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** How {@code ./apex} is called: from where, through what, with which variables. */
    private record Command(Path repository, List<String> before, Map<String, String> environment) {

        ProcessBuilder process(String... words) {
            var command = new ArrayList<>(before);
            command.add(repository.resolve("apex").toString());
            command.addAll(List.of(words));
            var builder =
                    new ProcessBuilder(command)
                            .directory(repository.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
            builder.environment().putAll(environment);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            return builder;
        }

        Result run(String... words) throws IOException, InterruptedException {
            // A file, not a pipe: what goes on in the background would keep a pipe open for ever.
            Path output = Files.createTempFile("apex-", ".out");
            try {
                int code = process(words).redirectOutput(output.toFile()).start().waitFor();
                return new Result(code, Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
            }
        }
    }

    /** What a command printed, errors included, and its exit code. */
    public record Result(int code, String output) {}
}
