package ai.netra.apex.backend.run;

import java.util.UUID;

/**
 * A run as its executor holds it.
 *
 * @param fence the fencing token: every write of this executor carries it
 * @param attempt 1, or higher when another replica began it and died
 */
record OpenRun(
        UUID id,
        UUID threadId,
        UUID userId,
        UUID questionId,
        UUID answerId,
        String model,
        long fence,
        int attempt) {}
