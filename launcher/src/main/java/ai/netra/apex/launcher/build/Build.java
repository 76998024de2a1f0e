package ai.netra.apex.launcher.build;

import ai.netra.apex.embedded.EmbeddedClickHouse;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Builds what is stale: the Java programs with Maven, the frontend with npm. What was built from
 * which sources is kept beside the outputs, under {@code target/built}.
 */
public final class Build {

    private static final int LOG_LINES = 25;
    private static final List<String> PROGRAMS =
            List.of("embedded", "services/auth", "services/backend", "services/edge");

    private final Path repository;
    private final Toolchain tools;
    private final Progress progress;

    public Build(Path repository, Toolchain tools, Progress progress) {
        this.repository = repository;
        this.tools = tools;
        this.progress = progress;
    }

    /**
     * Brings everything that {@code up} starts up to date.
     *
     * @throws CliException with the end of the log when something does not build
     */
    public void all() {
        java();
        clickhouse();
        frontend();
    }

    /** The engine that npm brings: 180 MB, once. */
    public void clickhouse() {
        if (!EmbeddedClickHouse.isBrought()) {
            tools.node();
            progress.step("Fetching the ClickHouse engine", EmbeddedClickHouse::bringLibrary);
        }
    }

    /** The Java programs. */
    public void java() {
        buildModules("services", PROGRAMS);
    }

    /** One more Java program, with what it needs. */
    public void module(String module) {
        buildModules(module.replace('/', '-'), List.of(module));
    }

    private void buildModules(String name, List<String> modules) {
        List<Path> sources = new ArrayList<>();
        sources.add(repository.resolve("pom.xml"));
        sources.add(repository.resolve("libraries"));
        sources.add(repository.resolve("docs"));
        modules.forEach(m -> sources.add(repository.resolve(m)));
        boolean whole =
                modules.stream()
                        .allMatch(
                                m -> Files.exists(repository.resolve(m + "/target/classpath.txt")));
        whenStale(
                name,
                sources,
                whole,
                () ->
                        progress.step(
                                "Building " + String.join(", ", modules),
                                () ->
                                        run(
                                                name,
                                                repository,
                                                List.of(
                                                        tools.maven(),
                                                        "-B",
                                                        "-q",
                                                        "-T2",
                                                        "-pl",
                                                        String.join(",", modules),
                                                        "-am",
                                                        "package",
                                                        "-Dmaven.test.skip=true",
                                                        "-Dspotless.check.skip=true",
                                                        "-Denforcer.skip=true"))));
    }

    /** The frontend: dependencies when the lock file changed, then the production build. */
    public void frontend() {
        Path frontend = repository.resolve("frontend");
        frontendDependencies();
        whenStale(
                "frontend",
                List.of(frontend),
                Files.exists(frontend.resolve(".next/standalone/server.js")),
                () ->
                        progress.step(
                                "Building frontend",
                                () ->
                                        run(
                                                "frontend",
                                                frontend,
                                                List.of(tools.npm().toString(), "run", "build"))));
    }

    /** What the frontend's own lock file names. */
    public void frontendDependencies() {
        npmDependencies("frontend");
    }

    /** The packages of the lock file in {@code folder} of the checkout. */
    public void npmDependencies(String folder) {
        Path directory = repository.resolve(folder);
        tools.node();
        whenStale(
                folder.replace('/', '-') + "-npm",
                List.of(directory.resolve("package-lock.json"), directory.resolve("package.json")),
                Files.isDirectory(directory.resolve("node_modules")),
                () ->
                        progress.step(
                                "Installing packages of " + folder,
                                () ->
                                        run(
                                                folder.replace('/', '-') + "-npm",
                                                directory,
                                                List.of(
                                                        tools.npm().toString(),
                                                        "ci",
                                                        "--no-audit",
                                                        "--no-fund"))));
    }

    private void whenStale(String name, List<Path> sources, boolean whole, Runnable build) {
        Path stamp = repository.resolve("target/built/" + name);
        String now = Fingerprint.of(repository, sources);
        try {
            if (whole && Files.exists(stamp) && Files.readString(stamp).strip().equals(now)) {
                return;
            }
            Files.createDirectories(stamp.getParent());
            Files.deleteIfExists(stamp);
            build.run();
            Files.writeString(stamp, now + "\n");
        } catch (IOException e) {
            throw new CliException(
                    CliException.CANNOT_CREATE,
                    "The build state " + stamp + " cannot be written.",
                    e);
        }
    }

    private void run(String name, Path directory, List<String> command) {
        Path log = repository.resolve("target/built/" + name + ".log");
        int code;
        try {
            Files.createDirectories(log.getParent());
            var builder =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            Map<String, String> environment = builder.environment();
            environment.put("JAVA_HOME", System.getProperty("java.home"));
            environment.put("NEXT_TELEMETRY_DISABLED", "1");
            code = builder.start().waitFor();
        } catch (IOException e) {
            throw new CliException(
                    CliException.SOFTWARE,
                    command.getFirst() + " could not be run: " + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(
                    CliException.SOFTWARE, "Interrupted while building " + name + ".");
        }
        if (code != 0) {
            throw new CliException(
                    CliException.SOFTWARE,
                    "The build of " + name + " failed. The end of " + log + ":\n\n" + tail(log));
        }
    }

    private static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.filter(l -> !l.isBlank()).toList();
            List<String> errors = all.stream().filter(l -> l.startsWith("[ERROR]")).toList();
            List<String> shown = errors.isEmpty() ? all : errors;
            return String.join(
                    "\n", shown.subList(Math.max(0, shown.size() - LOG_LINES), shown.size()));
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }
}
