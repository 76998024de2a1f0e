package ai.netra.apex.backend;

import ai.netra.apex.servicekit.RunningService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A backend in a process of its own, so that it can be killed. */
final class BackendProcess implements AutoCloseable {

    private final Process process;
    private final int port;

    private BackendProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; returns when it accepts requests. */
    static BackendProcess start(Platform platform) {
        try {
            Process process =
                    new ProcessBuilder(
                                    List.of(
                                            Path.of(System.getProperty("java.home"), "bin", "java")
                                                    .toString(),
                                            "-XX:TieredStopAtLevel=1",
                                            "-XX:+UseSerialGC",
                                            "-Xmx256m",
                                            "-cp",
                                            System.getProperty("java.class.path"),
                                            BackendProcess.class.getName(),
                                            Integer.toString(platform.postgresPort()),
                                            platform.redisUrl(),
                                            platform.authUrl().toString()))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            String line;
            while ((line = out.readLine()) != null) {
                if (line.startsWith("listening on ")) {
                    Thread.ofVirtual().start(() -> out.lines().forEach(l -> {}));
                    return new BackendProcess(
                            process, Integer.parseInt(line.substring("listening on ".length())));
                }
            }
            throw new IllegalStateException("the backend ended: " + process.exitValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What runs in the process. */
    public static void main(String[] args) {
        var platform = new Platform(Integer.parseInt(args[0]), args[1], URI.create(args[2]), "");
        RunningService service = BackendService.start(platform.config(), ScriptedAgent.class);
        System.out.println("listening on " + service.port());
    }

    int port() {
        return port;
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Stops it in its tracks, as a long pause of the machine does, and lets it go on. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
