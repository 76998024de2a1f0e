package ai.netra.apex.database;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The life of a loan in one atomic word: a status, how many calls are running inside, and how many
 * have begun.
 *
 * <pre>
 *   OPEN ──commit──▶ COMMITTING ──done──▶ OPEN
 *    │ │                 │
 *    │ └─fence─▶ FENCED (settled by whoever fenced it)
 *    └──────close────────┴─close─▶ ENDED
 * </pre>
 *
 * <p>Every transition is one compare-and-set on the whole word. So the reaper can take only a loan
 * in which no call is running and none has begun since it looked how long ago the last one ended
 * ({@link #observe}, {@link #fenceIdle}); a call that comes later finds the fence; and whoever
 * moves the word out of OPEN, the borrower's close or the reaper, alone gives the slot back. While
 * COMMITTING nobody but the committer may end it, except by cutting a socket that hangs.
 *
 * <p>Thread-safe.
 */
final class LoanState {

    enum Status {
        OPEN(0),
        COMMITTING(1),
        FENCED(2),
        ENDED(3);

        private final int bits;

        Status(int code) {
            this.bits = code << SHIFT;
        }
    }

    private static final int SHIFT = 24;
    private static final int RUNNING = (1 << SHIFT) - 1;

    /** One more call has begun; counted in the upper half, which may overflow. */
    private static final long BEGUN = 1L << Integer.SIZE;

    private final AtomicLong word = new AtomicLong();

    /** A call begins; false when the loan is over. */
    boolean enter() {
        long seen;
        do {
            seen = word.get();
            if ((int) seen >= Status.FENCED.bits) {
                return false;
            }
        } while (!word.compareAndSet(seen, seen + BEGUN + 1));
        return true;
    }

    /** A call ends; true when it was the last one running in a fenced loan. */
    boolean exit() {
        long left = word.decrementAndGet();
        return statusOf(left) == Status.FENCED && (left & RUNNING) == 0;
    }

    /** Begins to commit; false when the loan is over or commits already. */
    boolean beginCommit() {
        return swapStatus(Status.OPEN, Status.COMMITTING, BEGUN);
    }

    /** The commit is done; the loan may be over by now. */
    void endCommit() {
        swapStatus(Status.COMMITTING, Status.OPEN, 0);
    }

    /** The whole word, for {@link #fenceIdle}: look first, and at the times after that. */
    long observe() {
        return word.get();
    }

    /**
     * Takes the loan if it was idle when observed and no call has begun since; true for the one who
     * took it.
     */
    boolean fenceIdle(long observed) {
        return statusOf(observed) == Status.OPEN
                && (observed & RUNNING) == 0
                && word.compareAndSet(observed, withStatus(observed, Status.FENCED));
    }

    /** Takes the loan with whatever is running in it, but not while it commits. */
    boolean fence() {
        return swapStatus(Status.OPEN, Status.FENCED, 0);
    }

    /**
     * The borrower is done; the status it was in until now. A fenced loan stays fenced: the one who
     * fenced it settles it, when the last call has left it.
     */
    Status end() {
        while (true) {
            long seen = word.get();
            Status status = statusOf(seen);
            if (status == Status.ENDED
                    || status == Status.FENCED
                    || word.compareAndSet(seen, withStatus(seen, Status.ENDED))) {
                return status;
            }
        }
    }

    Status status() {
        return statusOf(word.get());
    }

    /** Whether the borrower has lost it, by the fence or by its own close. */
    boolean over() {
        return (int) word.get() >= Status.FENCED.bits;
    }

    /** How many calls are running. */
    int running() {
        return (int) word.get() & RUNNING;
    }

    private boolean swapStatus(Status from, Status to, long begun) {
        while (true) {
            long seen = word.get();
            if (statusOf(seen) != from) {
                return false;
            }
            if (word.compareAndSet(seen, withStatus(seen, to) + begun)) {
                return true;
            }
        }
    }

    private static long withStatus(long word, Status status) {
        return (word & -BEGUN) | status.bits | (word & RUNNING);
    }

    private static Status statusOf(long word) {
        return switch ((int) word >>> SHIFT) {
            case 0 -> Status.OPEN;
            case 1 -> Status.COMMITTING;
            case 2 -> Status.FENCED;
            default -> Status.ENDED;
        };
    }
}
