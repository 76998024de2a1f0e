package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import ai.netra.apex.resilience.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs a body in a transaction, and again where that is safe: after a definite rollback with a
 * passing cause, within deadline, attempts and budget. An unknown outcome is never replayed.
 * Thread-safe.
 */
final class TransactionRunner {

    private static final Duration UNBOUNDED = Duration.ofDays(1);

    /** Of this manager alone: transactions of several may be within each other. */
    private final ScopedValue<Loan> current;

    private final DatabaseManager manager;
    private final LoanDesk desk;
    private final Lender lender;
    private final RetryPolicy retries;

    TransactionRunner(
            DatabaseManager manager,
            LoanDesk desk,
            Lender lender,
            ScopedValue<Loan> current,
            RetryPolicy retries) {
        this.current = current;
        this.manager = manager;
        this.desk = desk;
        this.lender = lender;
        this.retries = retries;
    }

    /**
     * The loan of the transaction this thread runs in on this manager; null outside of one. A
     * thread forked inside inherits the binding, but not the loan: it belongs to its owner alone.
     * The loan may be over, when it was taken back while its body went on.
     */
    @Nullable Loan current() {
        if (!current.isBound()) {
            return null;
        }
        Loan loan = current.get();
        return loan.owner == Thread.currentThread() ? loan : null;
    }

    <T extends @Nullable Object> T run(SessionRequest request, TransactionBody<T> body) {
        retries.budget().deposit();
        for (int failures = 1; ; failures++) {
            @Nullable Loan[] lent = {null};
            try {
                return once(request, body, lent);
            } catch (SQLException e) {
                again(request, meaning(e, lent[0]), failures, e);
            }
        }
    }

    private static Failure meaning(SQLException error, @Nullable Loan lent) {
        if (lent == null) {
            return FailureClassifier.classify(error, Phase.ACQUIRING);
        }
        Failure failure = FailureClassifier.classify(error, Phase.IN_TRANSACTION);
        // What the body itself committed cannot be taken back: the whole is neither done nor
        // undone.
        return lent.transaction.kept() && failure.outcome().undone()
                ? failure.withOutcome(Outcome.IN_DOUBT)
                : failure;
    }

    private <T extends @Nullable Object> T once(
            SessionRequest request, TransactionBody<T> body, @Nullable Loan[] lent)
            throws SQLException {
        try (Loan loan = lender.lend(request)) {
            lent[0] = loan;
            loan.bind();
            loan.transaction.autoCommit(false);
            boolean committed = false;
            try {
                T result =
                        ScopedValue.where(current, loan)
                                .<T, SQLException>call(() -> body.run(loan));
                loan.transaction.commit();
                committed = true;
                return result;
            } finally {
                if (!committed) {
                    loan.transaction.rollbackForBody();
                }
            }
        }
    }

    /** Waits until the next attempt, or throws. */
    private void again(SessionRequest request, Failure failure, int failures, SQLException error) {
        boolean rejected = error instanceof SessionRejectedException;
        boolean once = request.retrySafety() == RetrySafety.ONCE;
        RetryPolicy.Decision decision =
                rejected || once
                        ? new RetryPolicy.Stop(RetryPolicy.Reason.NOT_RETRYABLE)
                        : retries.decide(
                                failure, failures, left(request), ThreadLocalRandom.current());
        switch (decision) {
            case RetryPolicy.Again again -> {
                desk.counters().count(Counter.RETRIES);
                LockSupport.parkNanos(again.pause().toNanos());
                if (Thread.currentThread().isInterrupted()) {
                    throw manager.failed(error, failure);
                }
            }
            case RetryPolicy.Stop stop -> {
                if (stop.reason() == RetryPolicy.Reason.BUDGET) {
                    desk.counters().count(Counter.RETRIES_OVER_BUDGET);
                } else if (stop.reason() != RetryPolicy.Reason.NOT_RETRYABLE) {
                    desk.counters().count(Counter.RETRIES_EXHAUSTED);
                }
                throw manager.failed(error, failure);
            }
        }
    }

    private Duration left(SessionRequest request) {
        long deadline = Terms.of(request, desk.config().limits()).deadline();
        return deadline == Long.MAX_VALUE
                ? UNBOUNDED
                : Duration.ofNanos(deadline - System.nanoTime());
    }
}
