package ai.netra.apex.launcher.supervise;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.CliException;
import ai.netra.apex.launcher.terminal.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Stops a system from outside the process that supervises it, by what the state file says. A
 * process is touched only when its id and its start time are those that were written down.
 */
public final class Shutdown {

    /** All parts one after the other, each with the supervisor's grace, take no longer. */
    private static final Duration SUPERVISOR_LIMIT = Duration.ofMinutes(3);

    private static final Duration GRACE = Duration.ofSeconds(20);

    private Shutdown() {}

    /** Whether any process of {@code state} is there. */
    public static boolean somethingRuns(SystemState state) {
        return launcher(state).isAlive()
                || state.parts().stream().anyMatch(p -> identity(p).isAlive());
    }

    /**
     * Asks the supervisor to stop everything; stops the parts itself where the supervisor is gone.
     *
     * @throws CliException when a process does not end
     */
    public static void all(SystemState state, Progress progress) {
        ProcessIdentity launcher = launcher(state);
        if (launcher.isAlive()) {
            launcher.signal("TERM");
            if (!launcher.awaitEnd(SUPERVISOR_LIMIT)) {
                launcher.signal("KILL");
                launcher.awaitEnd(GRACE);
            }
        }
        leftovers(state, progress);
    }

    /** Stops parts that have no supervisor any more, in the reverse order of their start. */
    public static void leftovers(SystemState state, Progress progress) {
        List<String> stubborn = new ArrayList<>();
        for (PartState part : state.parts().reversed()) {
            ProcessIdentity process = identity(part);
            if (part.pid() == 0 || !process.isAlive()) {
                continue;
            }
            progress.line("Stopping " + part.name() + " (process " + part.pid() + ")");
            // PostgreSQL takes TERM as "wait for clients to leave", INT as "end their sessions".
            process.signal(part.name().startsWith("postgres") ? "INT" : "TERM");
            if (!process.awaitEnd(GRACE)) {
                process.signal("KILL");
                if (!process.awaitEnd(GRACE)) {
                    stubborn.add(part.name() + " (process " + part.pid() + ")");
                }
            }
        }
        if (!stubborn.isEmpty()) {
            throw new CliException(
                    CliException.SOFTWARE,
                    "These do not end: " + String.join(", ", stubborn) + ".");
        }
    }

    private static ProcessIdentity launcher(SystemState state) {
        return new ProcessIdentity(state.launcherPid(), state.launcherStartedAtMillis());
    }

    private static ProcessIdentity identity(PartState part) {
        return new ProcessIdentity(part.pid(), part.startedAtMillis());
    }
}
