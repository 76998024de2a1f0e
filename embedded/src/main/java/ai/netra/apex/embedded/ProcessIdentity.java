package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that cannot be mistaken for another one that got the same id later: the id together
 * with the start time the system keeps for it. Immutable.
 *
 * @param pid the process id
 * @param startedAtMillis start time in milliseconds since 1970, as {@link ProcessHandle.Info} tells
 *     it; 0 where the system does not tell
 */
public record ProcessIdentity(long pid, long startedAtMillis) {

    /**
     * Linux tells start times relative to a boot time in whole seconds that follows clock
     * corrections.
     */
    private static final long CLOCK_TOLERANCE_MILLIS = 2_000;

    /**
     * What the system says of a running process, or empty when there is none (a zombie counts as
     * none).
     */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcessHandle.of(pid).filter(ProcessIdentity::runs).map(ProcessIdentity::of);
    }

    public static ProcessIdentity of(ProcessHandle process) {
        return new ProcessIdentity(
                process.pid(),
                process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L));
    }

    /** This JVM. */
    public static ProcessIdentity current() {
        return of(ProcessHandle.current());
    }

    /** Whether the very same process still runs. */
    public boolean isAlive() {
        return handle().isPresent();
    }

    /** The very same process, or empty when it has ended. */
    public Optional<ProcessHandle> handle() {
        return ProcessHandle.of(pid)
                .filter(ProcessIdentity::runs)
                .filter(
                        process ->
                                Math.abs(of(process).startedAtMillis - startedAtMillis)
                                        <= CLOCK_TOLERANCE_MILLIS);
    }

    /**
     * The command line as the system keeps it, arguments separated by spaces; empty when it cannot
     * be read.
     */
    public static String commandLine(long pid) {
        Path kept = Path.of("/proc", Long.toString(pid), "cmdline");
        try {
            if (Files.isReadable(kept)) {
                return new String(Files.readAllBytes(kept), StandardCharsets.UTF_8)
                        .replace('\0', ' ')
                        .strip();
            }
        } catch (IOException e) {
            return ""; // it ended between the look and the read
        }
        return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine()).orElse("");
    }

    /**
     * Sends a signal to this very process; does nothing when it has ended.
     *
     * @param signal the signal's name without {@code SIG}, e.g. {@code INT}
     */
    public void signal(String signal) {
        if (!isAlive()) {
            return;
        }
        try {
            // The shell's own kill: images without procps have no kill program.
            new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + pid)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new EngineException("Cannot send SIG" + signal + " to process " + pid + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until the process has ended.
     *
     * @return whether it ended within {@code limit}
     */
    public boolean awaitEnd(Duration limit) {
        Optional<ProcessHandle> process = handle();
        if (process.isEmpty()) {
            return true;
        }
        try {
            process.get().onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return !isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && !isZombie(process.pid());
    }

    /**
     * A process that was killed and not yet reaped by a parent that forgot it is no process to wait
     * for.
     */
    private static boolean isZombie(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        try {
            if (!Files.isReadable(stat)) {
                return false;
            }
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            int nameEnd = text.lastIndexOf(')');
            return nameEnd >= 0 && text.startsWith(" Z", nameEnd + 1);
        } catch (IOException e) {
            return false;
        }
    }
}
