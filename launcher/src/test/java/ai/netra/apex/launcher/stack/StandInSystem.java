package ai.netra.apex.launcher.stack;

import ai.netra.apex.embedded.EmbeddedRedis;
import ai.netra.apex.embedded.Ports;
import ai.netra.apex.launcher.supervise.Part;
import ai.netra.apex.launcher.supervise.Supervisor;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A small system of real processes: Redis, and the JDK's own web server behind it. */
final class StandInSystem {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private StandInSystem() {}

    static Part redis(Path directory, int port) {
        return EnginePart.redis(
                "redis",
                EmbeddedRedis.builder().stoppedByCaller().dataDirectory(directory.resolve("redis")),
                port);
    }

    static Part web(Path directory, int port, List<String> needs) {
        return program("web", directory, port, needs, webCommand(directory, port));
    }

    private static List<String> webCommand(Path directory, int port) {
        return List.of(
                JAVA.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-m",
                "jdk.httpserver",
                "-b",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-d",
                directory.toString());
    }

    /** A web server that begins beside what it needs, and has to see {@code text} at first. */
    static Part earlyWeb(Path directory, int port, List<String> needs, String text) {
        return new ServicePart(
                new ServicePart.Program(
                        "web",
                        needs,
                        port,
                        () -> webCommand(directory, port),
                        Map.of(),
                        directory,
                        directory.resolve("web.log"),
                        true,
                        new Readiness(URI.create("http://127.0.0.1:" + port + "/"), text),
                        _ -> {}));
    }

    /** A program that says why it cannot start, and ends. */
    static Part broken(Path directory) {
        return program(
                "broken",
                directory,
                Ports.free(),
                List.of("redis"),
                List.of("/bin/sh", "-c", "echo 'the moon is too low'; exit 3"));
    }

    private static Part program(
            String name, Path directory, int port, List<String> needs, List<String> command) {
        return new ServicePart(
                new ServicePart.Program(
                        name,
                        needs,
                        port,
                        () -> command,
                        Map.of(),
                        directory,
                        directory.resolve(name + ".log"),
                        false,
                        Readiness.at(URI.create("http://127.0.0.1:" + port + "/")),
                        _ -> {}));
    }

    static Supervisor supervisor(Path directory, List<Part> parts) {
        return new Supervisor(
                parts,
                directory.resolve("state.json"),
                "http://127.0.0.1",
                new Progress(
                        new PrintStream(
                                PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                        false));
    }

    /** Supervises until it is killed: a launcher that a test can kill. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Supervisor supervisor =
                supervisor(
                        directory,
                        List.of(
                                redis(directory, Ports.free()),
                                web(directory, Ports.free(), List.of("redis"))));
        Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop));
        supervisor.start();
        Files.createFile(directory.resolve("ready"));
        supervisor.awaitStop();
    }
}
