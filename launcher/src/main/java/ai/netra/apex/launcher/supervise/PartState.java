package ai.netra.apex.launcher.supervise;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one part.
 *
 * @param state {@code waiting}, {@code starting}, {@code ready}, {@code restarting}, {@code failed}
 *     or {@code stopped}
 * @param pid its process, 0 when there is none
 * @param startedAtMillis when that process began, as the system tells it: a process that got the
 *     same id later has another time
 * @param restarts how often it was restarted after a crash
 * @param seconds how long its last start took
 * @param message what a person should know; null when all is well
 */
public record PartState(
        String name,
        String state,
        int port,
        long pid,
        long startedAtMillis,
        int restarts,
        double seconds,
        @Nullable String message) {

    static PartState waiting(Part part) {
        return new PartState(part.name(), "waiting", part.port(), 0, 0, 0, 0, null);
    }

    PartState to(String next, @Nullable String why) {
        return new PartState(name, next, port, pid, startedAtMillis, restarts, seconds, why);
    }

    PartState spawned(long newPid, long begun) {
        return new PartState(name, "starting", port, newPid, begun, restarts, seconds, message);
    }

    PartState ready(long newPid, long begun, double took) {
        return new PartState(name, "ready", port, newPid, begun, restarts, took, null);
    }

    PartState restarting(String why) {
        return new PartState(name, "restarting", port, 0, 0, restarts + 1, seconds, why);
    }
}
