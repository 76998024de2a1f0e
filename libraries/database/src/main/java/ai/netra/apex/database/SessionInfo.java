package ai.netra.apex.database;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known about one session.
 *
 * @param id unique within its manager, growing
 * @param type what it does
 * @param operation a short name for people
 * @param user whose limits apply; null for nobody in particular
 * @param priority its place in the order
 * @param since when it was opened
 * @param deadline when it must be over
 * @param correlationId finds its request in logs and traces
 * @param route the endpoint it talks over
 * @param backendPid the server's process, as in {@code pg_stat_activity}
 * @param thread the name of the borrowing thread
 * @param borrower the innermost frames of the borrower, own frames first; empty when not recorded
 */
public record SessionInfo(
        long id,
        OperationType type,
        String operation,
        @Nullable String user,
        Priority priority,
        Instant since,
        @Nullable Instant deadline,
        @Nullable String correlationId,
        String route,
        int backendPid,
        String thread,
        List<String> borrower) {

    public SessionInfo {
        borrower = List.copyOf(borrower);
    }

    /** Whose it is, in a sentence, and the borrower's frames below. */
    public String describe() {
        String who = "session " + id + " '" + operation + "' of user " + user;
        return who
                + ", borrowed by "
                + thread
                + borrower.stream().map(frame -> "\n    at " + frame).collect(Collectors.joining());
    }
}
