package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator needs to put right what the library cannot.
 *
 * @param time when it was found
 * @param subject what it is about, in one sentence
 * @param whatToDo the steps
 * @param failure what went wrong
 * @param transactionId the server's id of the transaction; null when it had none
 * @param session whose work it was; null when it is not about one session
 */
public record ManualIntervention(
        Instant time,
        String subject,
        String whatToDo,
        Failure failure,
        @Nullable String transactionId,
        @Nullable SessionInfo session) {}
