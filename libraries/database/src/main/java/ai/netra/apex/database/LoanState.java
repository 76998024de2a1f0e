package ai.netra.apex.database;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of a loan in one atomic word: a status and how many calls are running inside.
 *
 * <pre>
 *   OPEN ──commit──▶ COMMITTING ──done──▶ OPEN
 *    │ │                 │
 *    │ └─fence─▶ FENCED (settled by whoever fenced it)
 *    └──────close────────┴─close─▶ ENDED
 * </pre>
 *
 * <p>Every transition is one compare-and-set on the whole word. So the reaper can take only a loan
 * in which, at that very instant, no call is running; a call that comes later finds the fence; and
 * whoever moves the word out of OPEN, the borrower's close or the reaper, alone gives the slot
 * back. While COMMITTING nobody but the committer may end it, except by cutting a socket that
 * hangs.
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

    private final AtomicInteger word = new AtomicInteger();

    /** A call begins; false when the loan is over. */
    boolean enter() {
        int seen;
        do {
            seen = word.get();
            if (seen >= Status.FENCED.bits) {
                return false;
            }
        } while (!word.compareAndSet(seen, seen + 1));
        return true;
    }

    /** A call ends; true when it was the last one running in a fenced loan. */
    boolean exit() {
        int left = word.decrementAndGet();
        return statusOf(left) == Status.FENCED && (left & RUNNING) == 0;
    }

    /** Begins to commit; false when the loan is over or commits already. */
    boolean beginCommit() {
        return swapStatus(Status.OPEN, Status.COMMITTING);
    }

    /** The commit is done; the loan may be over by now. */
    void endCommit() {
        swapStatus(Status.COMMITTING, Status.OPEN);
    }

    /** Takes the loan if nothing is running in it; true for the one who took it. */
    boolean fenceIdle() {
        return word.compareAndSet(Status.OPEN.bits, Status.FENCED.bits);
    }

    /** Takes the loan with whatever is running in it, but not while it commits. */
    boolean fence() {
        return swapStatus(Status.OPEN, Status.FENCED);
    }

    /**
     * The borrower is done; the status it was in until now. A fenced loan stays fenced: the one who
     * fenced it settles it, when the last call has left it.
     */
    Status end() {
        while (true) {
            int seen = word.get();
            Status status = statusOf(seen);
            if (status == Status.ENDED
                    || status == Status.FENCED
                    || word.compareAndSet(seen, Status.ENDED.bits | (seen & RUNNING))) {
                return status;
            }
        }
    }

    Status status() {
        return statusOf(word.get());
    }

    /** Whether the borrower has lost it, by the fence or by its own close. */
    boolean over() {
        return word.get() >= Status.FENCED.bits;
    }

    /** How many calls are running. */
    int running() {
        return word.get() & RUNNING;
    }

    private boolean swapStatus(Status from, Status to) {
        while (true) {
            int seen = word.get();
            if (statusOf(seen) != from) {
                return false;
            }
            if (word.compareAndSet(seen, to.bits | (seen & RUNNING))) {
                return true;
            }
        }
    }

    private static Status statusOf(int word) {
        return switch (word >>> SHIFT) {
            case 0 -> Status.OPEN;
            case 1 -> Status.COMMITTING;
            case 2 -> Status.FENCED;
            default -> Status.ENDED;
        };
    }
}
