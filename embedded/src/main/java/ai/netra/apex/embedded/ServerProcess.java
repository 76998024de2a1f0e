package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** One server process: started in a session of its own, its output in a file. */
public final class ServerProcess {

    private static final int TAIL_CHARACTERS = 3_000;
    private static final long POLL_MILLIS = 20;

    private final String name;
    private final Process process;
    private final ProcessIdentity identity;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.identity = ProcessIdentity.of(process.toHandle());
        this.log = log;
    }

    /**
     * Starts a server.
     *
     * @param command program and arguments; nothing secret
     * @param environment all of its environment besides {@code PATH}
     */
    public static ServerProcess start(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path workingDirectory,
            Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(inOwnSession(command))
                        .directory(workingDirectory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new ServerProcess(name, process, log);
        } catch (IOException e) {
            throw new EngineException("Cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /**
     * A terminal's Ctrl-C goes to the whole process group: servers are in a group of their own, so
     * that they are stopped in order and not all at once. And whoever was started by {@code nohup}
     * ignores SIGHUP, which would be inherited: servers would never read their configuration again.
     */
    private static List<String> inOwnSession(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/perl"))) {
            whole.addAll(
                    List.of(
                            "/usr/bin/perl",
                            "-MPOSIX",
                            "-e",
                            "POSIX::setsid(); $SIG{HUP} = 'DEFAULT'; exec { $ARGV[0] } @ARGV"));
        } else if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            whole.add("/usr/bin/setsid");
        }
        whole.addAll(command);
        return whole;
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Polls until {@code ready}; a process that ends before or a limit that passes is an error with
     * the log's end.
     */
    public void awaitReady(Duration limit, BooleanSupplier ready) {
        long end = System.nanoTime() + limit.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new EngineException(
                        name
                                + " ended at its start (exit code "
                                + process.exitValue()
                                + "):\n"
                                + tail());
            }
            if (System.nanoTime() > end) {
                process.destroyForcibly();
                throw new EngineException(
                        name + " was not ready after " + limit.toSeconds() + " s:\n" + tail());
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
                throw new EngineException("Interrupted while starting " + name + ".", e);
            }
        }
    }

    /** Asks with a signal, waits, and kills when asking was not enough. */
    public void stop(String signal, Duration grace) {
        identity.signal(signal);
        if (!awaitEnd(grace)) {
            process.destroyForcibly();
            awaitEnd(grace);
        }
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public String tail() {
        return tailOf(log);
    }

    static String tailOf(Path log) {
        try {
            // The JVM talks about its start-up cache when it ends, past any log setting.
            String text =
                    Files.readString(log, StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.contains("AOT"))
                            .collect(Collectors.joining("\n"));
            return text.substring(Math.max(0, text.length() - TAIL_CHARACTERS)).strip();
        } catch (IOException e) {
            return "(no log in " + log + ")";
        }
    }
}
