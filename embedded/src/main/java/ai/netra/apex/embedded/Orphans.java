package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server processes that outlived the JVM that had started them: found by the pid file they keep.
 */
final class Orphans {

    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final Duration GRACE = Duration.ofSeconds(20);

    private Orphans() {}

    /**
     * Stops the server that runs on a data directory, if there is one.
     *
     * @param pidFile file whose first line is the server's process id
     * @param program what its command line must contain, so that a process that merely got the same
     *     id is left alone
     * @param directory what its command line or working directory must name
     * @param stopSignal the signal for a fast and clean stop
     */
    static void stop(Path pidFile, String program, Path directory, String stopSignal) {
        Optional<ProcessIdentity> found = find(pidFile, program, directory);
        if (found.isEmpty()) {
            return;
        }
        ProcessIdentity orphan = found.get();
        LOG.warn(
                "Stopping a {} left over from an earlier run (process {}).", program, orphan.pid());
        orphan.signal(stopSignal);
        if (!orphan.awaitEnd(GRACE)) {
            orphan.signal("KILL");
            if (!orphan.awaitEnd(GRACE)) {
                throw new EngineException(
                        "A "
                                + program
                                + " from an earlier run (process "
                                + orphan.pid()
                                + ") does not end.");
            }
        }
    }

    /** The process of a pid file, when it still is the server of that directory. */
    static Optional<ProcessIdentity> find(Path pidFile, String program, Path directory) {
        try {
            if (!Files.isReadable(pidFile)) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(pidFile);
            if (lines.isEmpty()) {
                return Optional.empty();
            }
            long pid = Long.parseLong(lines.getFirst().strip());
            return ProcessIdentity.of(pid)
                    .filter(process -> ProcessIdentity.commandLine(pid).contains(program))
                    .filter(process -> belongsTo(pid, directory));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * Kills whatever server keeps its data in {@code directory}; used for data nobody wants any
     * more.
     */
    static void killProcessesOf(Path directory) {
        find(directory.resolve("data/postmaster.pid"), "postgres", directory)
                .ifPresent(process -> killAndWait(process, "QUIT"));
        find(directory.resolve("redis.pid"), "redis-server", directory)
                .ifPresent(process -> killAndWait(process, "KILL"));
        find(directory.resolve("clickhouse.pid"), "ClickHouseEngine", directory)
                .ifPresent(process -> killAndWait(process, "KILL"));
    }

    private static void killAndWait(ProcessIdentity process, String signal) {
        process.signal(signal);
        if (!process.awaitEnd(Duration.ofSeconds(5))) {
            process.signal("KILL");
            process.awaitEnd(Duration.ofSeconds(5));
        }
    }

    /**
     * By working directory first (servers change into their data directory), by command line
     * otherwise.
     */
    private static boolean belongsTo(long pid, Path directory) {
        Path link = Path.of("/proc", Long.toString(pid), "cwd");
        try {
            Path real = directory.toRealPath();
            if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(real)) {
                return true;
            }
            String command = ProcessIdentity.commandLine(pid);
            return command.contains(directory.toString()) || command.contains(real.toString());
        } catch (IOException e) {
            return ProcessIdentity.commandLine(pid).contains(directory.toString());
        }
    }
}
