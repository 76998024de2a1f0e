package ai.netra.apex.launcher.config;

import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.stack.JavaProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has services explain their configuration. Each does it in a process of its own, with the very
 * code that reads it at its start, and starts nothing else: what they say here is what they would
 * do.
 */
public final class ServiceCheck {

    /** The services that can be asked, with their programs. */
    private static final Map<String, Program> PROGRAMS = programs();

    private static final int LIMIT_SECONDS = 60;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String FRONTEND = "frontend";
    private static final String FRONTEND_PROGRAM = "frontend/scripts/server.mjs";

    private record Program(String module, String mainClass) {}

    private final Path java;
    private final Supplier<Path> node;
    private final Path repository;
    private final Map<String, Map<String, String>> environments;
    private final @Nullable Path environmentFile;

    /**
     * Prepares to ask.
     *
     * @param java the {@code java} to run
     * @param node the {@code node} to run; asked for only when it is needed
     * @param repository the checkout, already built
     * @param environments what each service is told
     * @param environmentFile what stands in for that, null for nothing
     */
    public ServiceCheck(
            Path java,
            Supplier<Path> node,
            Path repository,
            Map<String, Map<String, String>> environments,
            @Nullable Path environmentFile) {
        this.java = java;
        this.node = node;
        this.repository = repository;
        this.environments = environments;
        this.environmentFile = environmentFile;
    }

    private static Map<String, Program> programs() {
        var programs = new LinkedHashMap<String, Program>();
        programs.put("auth", new Program("services/auth", "ai.netra.apex.auth.AuthService"));
        programs.put(
                "backend", new Program("services/backend", "ai.netra.apex.backend.BackendService"));
        programs.put("edge", new Program("services/edge", "ai.netra.apex.edge.Edge"));
        programs.put(
                "clickhouse",
                new Program("embedded", "ai.netra.apex.embedded.clickhouse.ClickHouseEngine"));
        return programs;
    }

    /** Whether all of them are built in a checkout. */
    public static boolean isBuilt(Path repository) {
        return PROGRAMS.values().stream()
                .allMatch(
                        program ->
                                Files.exists(
                                        repository.resolve(
                                                program.module() + "/target/classpath.txt")));
    }

    /** The services that can be asked. */
    public static List<String> services() {
        var names = new ArrayList<>(PROGRAMS.keySet());
        names.add(FRONTEND);
        return List.copyOf(names);
    }

    /**
     * Asks one service, or all of them, and compares what concerns several.
     *
     * @param service its name, null for all
     * @throws CliException if there is no such service, or one cannot be asked
     */
    public List<ServiceReport> ask(@Nullable String service) {
        if (service != null && !services().contains(service)) {
            throw new CliException(
                    2,
                    "There is no service " + service + ": " + String.join(", ", services()) + ".");
        }
        var reports = new LinkedHashMap<String, ServiceReport>();
        for (String name : service == null ? services() : List.of(service)) {
            reports.put(name, run(name));
        }
        for (Problem problem : TimeLadder.check(reports)) {
            reports.computeIfPresent(
                    problem.service(),
                    (name, report) -> {
                        var all = new ArrayList<>(report.problems());
                        all.add(problem);
                        return new ServiceReport(name, report.tier(), report.values(), all);
                    });
        }
        return List.copyOf(reports.values());
    }

    /**
     * What is wrong with the times of several services that run inside each other, before any of
     * them is started. Each by itself says at its start what is wrong with its own.
     */
    public List<Problem> timesBetweenServices() {
        if (!TimeLadder.isTouchedBy(environments)) {
            return List.of();
        }
        var reports = new LinkedHashMap<String, ServiceReport>();
        for (String name : List.of("edge", "auth", "backend")) {
            reports.put(name, run(name));
        }
        return TimeLadder.check(reports);
    }

    private ServiceReport run(String name) {
        var arguments = new ArrayList<>(List.of("--explain", "--json"));
        if (environmentFile != null) {
            arguments.addAll(List.of("--env-file", environmentFile.toString()));
        }
        var builder = new ProcessBuilder(command(name, arguments)).redirectErrorStream(false);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environments.getOrDefault(name, Map.of()));
        return parse(name, outputOf(name, builder));
    }

    private List<String> command(String name, List<String> arguments) {
        if (name.equals(FRONTEND)) {
            var command = new ArrayList<String>();
            command.add(node.get().toString());
            command.add(repository.resolve(FRONTEND_PROGRAM).toString());
            command.addAll(arguments);
            return command;
        }
        Program program = PROGRAMS.get(name);
        if (program == null) {
            throw new IllegalArgumentException(name);
        }
        List<String> flags = List.of("-XX:TieredStopAtLevel=1", "-Xmx64m");
        return new JavaProgram(
                        java, repository.resolve(program.module()), program.mainClass(), flags)
                .command(arguments.toArray(String[]::new));
    }

    private static String outputOf(String name, ProcessBuilder builder) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw cannotAsk(name, "it did not end");
            }
            return output;
        } catch (IOException e) {
            throw cannotAsk(name, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cannotAsk(name, "interrupted");
        }
    }

    private static ServiceReport parse(String name, String output) {
        try {
            return JSON.readValue(output, ServiceReport.class);
        } catch (JacksonException e) {
            throw cannotAsk(name, "its answer is not what was expected");
        }
    }

    private static CliException cannotAsk(String name, String why) {
        return new CliException(
                CliException.SOFTWARE,
                "The service " + name + " could not be asked for its configuration: " + why + ".");
    }
}
