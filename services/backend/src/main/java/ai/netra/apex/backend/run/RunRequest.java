package ai.netra.apex.backend.run;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What an executor needs to know of one run.
 *
 * @param runId the run
 * @param threadId the thread it answers in
 * @param userId whose thread it is: tools act with this person's rights only
 * @param model the id of the model asked, one that {@link RunModels#offers} said yes to
 * @param history the branch that is answered, oldest first, bounded in turns and characters; the
 *     last one is the message to answer
 * @param deadline when the run has to be over; the engine stops it then
 * @param attempt 1, or higher when another replica had begun this run and died
 */
public record RunRequest(
        UUID runId,
        UUID threadId,
        UUID userId,
        String model,
        List<ChatTurn> history,
        Instant deadline,
        int attempt) {

    public RunRequest {
        history = List.copyOf(history);
    }
}
