package ai.netra.apex.database;

import ai.netra.apex.database.SessionEndedException.Reason;
import ai.netra.apex.database.admission.Gate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every loan some twenty times a second and ends those whose time is over: the
 * statement's, the transaction's, the request's, or the borrower's who forgot it; and those whose
 * server is a primary no longer. One look costs a few reads per loan, and no statement pays for a
 * timer of its own.
 *
 * <p>How a loan ends, mildest first: fenced when nothing runs in it; else fenced and its statement
 * cancelled at the server; cut when that did not help within the grace. The server's own limits
 * come a moment earlier, so that most statements end there.
 *
 * <p>When critical work waits, low work makes room in the same order, one loan for each waiter, and
 * never while it commits.
 */
final class Guardian implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Guardian.class);
    private static final long TICK = Duration.ofMillis(50).toNanos();
    private static final long SERVER_FIRST = Duration.ofMillis(150).toNanos();
    private static final long BEFORE_ABORTING = Duration.ofMillis(100).toNanos();
    private static final long RETURN_LIMIT = Duration.ofSeconds(10).toNanos();

    private final LoanDesk desk;
    private final Gate gate;
    private final Thread thread;
    private volatile boolean closed;
    private Runnable alsoLook = () -> {};
    private long criticalSince;

    Guardian(LoanDesk desk, Gate gate, String name) {
        this.desk = desk;
        this.gate = gate;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("database-guardian-" + name)
                        .unstarted(this::loop);
    }

    private TimeLimits limits() {
        return desk.config().limits();
    }

    /**
     * Looks from now on.
     *
     * @param also looks too, each time; quick, on the guardian's thread
     */
    void start(Runnable also) {
        alsoLook = also;
        thread.start();
    }

    /** Critical work waits: look at once. */
    void hurry() {
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            long now = System.nanoTime();
            for (Loan loan : desk.out()) {
                guard(() -> check(loan, now));
            }
            guard(() -> makeRoom(now));
            guard(alsoLook);
            LockSupport.parkNanos(this, TICK);
        }
    }

    /** One that goes wrong is no reason not to look at the others. */
    private static void guard(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException | Error e) {
            LOG.error("The guardian stumbled; it goes on", e);
        }
    }

    private void check(Loan loan, long now) {
        switch (loan.state.status()) {
            case OPEN -> checkOpen(loan, now);
            case COMMITTING -> {
                long since = loan.transaction.committingSince();
                boolean hangs =
                        since != 0
                                && loan.terms.type() != OperationType.MAINTENANCE
                                && now - since > limits().statement().toNanos();
                if (hangs || loan.physical.stale()) {
                    // Nobody answers, or one whose answer means nothing any more. Cutting makes the
                    // commit fail, and be resolved.
                    loan.physical.cut();
                }
            }
            case FENCED -> {
                if (now - loan.endingSince > limits().cancelGrace().toNanos()) {
                    desk.settleReclaimed(loan);
                }
            }
            case ENDED -> {
                if (loan.endingSince != 0 && now - loan.endingSince > RETURN_LIMIT) {
                    loan.physical.cut();
                }
            }
        }
    }

    private void checkOpen(Loan loan, long now) {
        long observed = loan.state.observe();
        boolean running = loan.state.running() > 0;
        if (loan.physical.stale()) {
            end(loan, Reason.STALE_PRIMARY);
        } else if (overdue(loan, now, running)) {
            end(loan, Reason.DEADLINE);
        } else if (!running && now - loan.lastActivity > loan.terms.idleNanos()) {
            endIdle(loan, observed, Reason.LEAKED);
        }
    }

    private boolean overdue(Loan loan, long now, boolean running) {
        if (loan.terms.deadline() != Long.MAX_VALUE && now - loan.terms.deadline() > SERVER_FIRST) {
            return true;
        }
        if (loan.terms.type() == OperationType.MAINTENANCE) {
            return false;
        }
        if (running && now - loan.busySince > limits().statement().toNanos() + SERVER_FIRST) {
            return true;
        }
        long since = loan.transaction.since();
        return since != 0 && now - since > limits().transaction().toNanos() + SERVER_FIRST;
    }

    /** Ends a loan whatever it is doing, except committing. */
    boolean end(Loan loan, Reason reason) {
        loan.endingFor(reason);
        loan.endingSince = System.nanoTime();
        if (!loan.state.fence()) {
            loan.notEnding(reason);
            return false;
        }
        if (loan.state.running() == 0) {
            desk.settleReclaimed(loan);
        } else {
            loan.taint();
            Thread.ofVirtual().name("database-cancel").start(() -> cancel(loan));
        }
        return true;
    }

    private boolean endIdle(Loan loan, long observed, Reason reason) {
        loan.endingFor(reason);
        loan.endingSince = System.nanoTime();
        if (!loan.state.fenceIdle(observed)) {
            loan.notEnding(reason);
            return false;
        }
        desk.settleReclaimed(loan);
        return true;
    }

    private static void cancel(Loan loan) {
        try {
            loan.physical.cancelRunning();
        } catch (SQLException e) {
            LOG.debug("Cancelling failed; the connection is cut after the grace", e);
        }
    }

    /** One low loan for each critical waiter that has none coming. */
    private void makeRoom(long now) {
        int wanted = gate.criticalWaiting();
        if (wanted == 0) {
            criticalSince = 0;
            return;
        }
        if (criticalSince == 0) {
            criticalSince = now;
        }
        for (Loan loan : desk.out()) {
            if (loan.state.status() == LoanState.Status.FENCED) {
                wanted--;
            }
        }
        List<Loan> low =
                desk.out().stream()
                        .filter(loan -> loan.terms.priority() == Priority.LOW)
                        .sorted(Comparator.comparingLong(Loan::sinceNanos).reversed())
                        .toList();
        boolean abort = now - criticalSince > BEFORE_ABORTING;
        wanted =
                preempt(low, wanted, loan -> endIdle(loan, loan.state.observe(), Reason.PREEMPTED));
        wanted = preempt(low, wanted, loan -> loan.terms.reads() && end(loan, Reason.PREEMPTED));
        preempt(low, wanted, loan -> abort && end(loan, Reason.PREEMPTED));
    }

    private static int preempt(
            List<Loan> loans, int wanted, java.util.function.Predicate<Loan> way) {
        int left = wanted;
        for (Loan loan : loans) {
            if (left <= 0) {
                return 0;
            }
            if (loan.state.status() == LoanState.Status.OPEN && way.test(loan)) {
                left--;
            }
        }
        return left;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
