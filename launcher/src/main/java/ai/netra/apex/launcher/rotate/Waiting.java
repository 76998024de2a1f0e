package ai.netra.apex.launcher.rotate;

import ai.netra.apex.launcher.CliException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something outside of this process. */
final class Waiting {

    private Waiting() {}

    /**
     * Asks until the answer is yes.
     *
     * @throws CliException with {@code otherwise} when it is not in time
     */
    static void until(Duration limit, Duration pause, BooleanSupplier question, String otherwise) {
        long end = System.nanoTime() + limit.toNanos();
        while (!question.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new CliException(Rotations.TRY_AGAIN, otherwise);
            }
            pause(pause);
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(CliException.SOFTWARE, "Interrupted.", e);
        }
    }
}
