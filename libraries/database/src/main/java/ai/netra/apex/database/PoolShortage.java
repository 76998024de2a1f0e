package ai.netra.apex.database;

import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pool has fewer connections than it should, and gets no more: a limit of the server,
 * of the role or of a proxy.
 *
 * <p>A pool that is just filling is not short: only after the time that one attempt to connect may
 * take has passed without its fullest so far being surpassed. Nor is one whose database is away:
 * that has a name of its own. {@link #look} is called by one thread; the rest is thread-safe.
 */
final class PoolShortage {

    private final IntSupplier wanted;
    private final IntSupplier open;
    private final long patience;
    private volatile boolean isShort;
    private boolean filling;
    private int fullest;
    private long since;

    /**
     * @param wanted how many connections there should be
     * @param open how many there are
     * @param patience nanoseconds without one more until the pool counts as short
     */
    PoolShortage(IntSupplier wanted, IntSupplier open, long patience) {
        this.wanted = wanted;
        this.open = open;
        this.patience = patience;
    }

    /** Not all connections worked at once when they were tried. */
    void found() {
        isShort = true;
    }

    /**
     * Looks at the pool.
     *
     * @param now of {@link System#nanoTime()}
     * @param reachable whether connections can be had at all, as far as is known
     */
    void look(long now, boolean reachable) {
        int has = open.getAsInt();
        if (!reachable || has >= wanted.getAsInt()) {
            filling = false;
            isShort = false;
        } else if (!filling || has > fullest) {
            filling = true;
            fullest = has;
            since = now;
        } else if (now - since > patience) {
            isShort = true;
        }
    }

    /** What is wrong, for an operator; null when nothing is. */
    @Nullable String detail() {
        int size = wanted.getAsInt();
        int has = open.getAsInt();
        return isShort && has < size
                ? "the pool gets no more than " + has + " of " + size + " connections"
                : null;
    }
}
