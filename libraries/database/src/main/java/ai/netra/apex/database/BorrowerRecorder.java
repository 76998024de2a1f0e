package ai.netra.apex.database;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides whose stack is kept. Taking a stack costs more than everything else a borrow does, so
 * where not every stack is wanted it is kept for one session in 64, and from its first leak on for
 * every session of an operation that has leaked. Thread-safe.
 */
final class BorrowerRecorder {

    private static final int SAMPLE = 64;
    private static final int OPERATIONS = 1_000;

    private final boolean always;
    private final Set<String> leaky = ConcurrentHashMap.newKeySet();

    BorrowerRecorder(boolean always) {
        this.always = always;
    }

    /** The calling thread as a borrower. */
    Borrower here(String operation) {
        return Borrower.here(
                always
                        || (!leaky.isEmpty() && leaky.contains(operation))
                        || ThreadLocalRandom.current().nextInt(SAMPLE) == 0);
    }

    /** A session of {@code operation} has leaked: the next ones will say where they come from. */
    void leaked(String operation) {
        if (leaky.size() < OPERATIONS) {
            leaky.add(operation);
        }
    }
}
