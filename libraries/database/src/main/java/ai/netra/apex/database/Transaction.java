package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of a loan: its limits on the server, its id, and what became of its commit.
 *
 * <p>Before the first statement of a transaction one question goes to the server, if there is a
 * reason for it: it sets the limits that are tighter than the connection's own, for this
 * transaction only, and brings back the transaction's id, by which a lost answer to COMMIT can be
 * resolved later.
 *
 * <p>Used by the borrower's thread; the times are read by the guardian.
 */
final class Transaction {

    private static final String LIMITS =
            "SELECT pg_catalog.set_config('statement_timeout', ?, true),"
                    + " pg_catalog.set_config(?, ?, true)";

    private static final String ID = "pg_catalog.pg_current_xact_id()::pg_catalog.text";

    private final Loan loan;
    private final LoanDesk desk;
    private boolean autoCommit = true;
    private boolean readOnly;
    private boolean permitted;
    private boolean begun;
    private boolean kept;
    private @Nullable String id;
    private Incarnation.@Nullable Life lifeBefore;
    private boolean open;
    private volatile long since;
    private volatile long committingSince;

    Transaction(Loan loan, LoanDesk desk) {
        this.loan = loan;
        this.desk = desk;
    }

    /** What a failure now would mean. */
    Phase phase() {
        // What wrote nothing is undone whatever became of it.
        return autoCommit && !loan.harmless() ? Phase.AUTOCOMMIT : Phase.IN_TRANSACTION;
    }

    /** When the transaction began, of {@link System#nanoTime()}; 0 outside of one. */
    long since() {
        return since;
    }

    /** When its commit began; 0 while it does not commit. */
    long committingSince() {
        return committingSince;
    }

    boolean autoCommit() {
        return autoCommit;
    }

    void autoCommit(boolean value) throws SQLException {
        if (value != autoCommit) {
            if (value && loan.physical.transactionOpen()) {
                commit();
                if (loan.physical.isClosed()) {
                    // It took effect, and nothing is left to be switched.
                    autoCommit = true;
                    return;
                }
            }
            loan.call(
                    () -> {
                        loan.pooled.setAutoCommit(value);
                        return null;
                    });
            autoCommit = value;
        }
    }

    /** A session to read stays one, whatever its borrower says. */
    void readOnly(boolean value) throws SQLException {
        if (!value && loan.terms.reads()) {
            return;
        }
        loan.call(
                () -> {
                    loan.pooled.setReadOnly(value);
                    return null;
                });
        readOnly = value;
    }

    /**
     * Begins, if a transaction begins with this statement.
     *
     * @throws SQLException when the statement would end a transaction that ends with its body
     */
    void beforeStatement(SqlText text) throws SQLException {
        if (autoCommit) {
            return;
        }
        permitted |= text.permits();
        if (text.ends() && loan.bound()) {
            throw new SQLException(
                    "inside inTransaction the transaction ends with its body: do not end it by SQL",
                    "25000");
        }
        begin(text);
    }

    private void begin(SqlText text) throws SQLException {
        if (begun) {
            return;
        }
        if (since == 0) {
            since = System.nanoTime();
        }
        if (text.comesFirst()) {
            return;
        }
        begun = true;
        boolean wantsId = desk.config().validateCommits() && !readOnly;
        long left = (loan.terms.deadline() - System.nanoTime()) / 1_000_000;
        TimeLimits limits = desk.config().limits();
        boolean tight =
                loan.terms.deadline() != Long.MAX_VALUE && left < limits.transaction().toMillis();
        if (tight) {
            ask(LIMITS + (wantsId ? ", " + ID : ""), Math.max(1, left), wantsId);
        } else if (wantsId) {
            ask("SELECT " + ID, 0, true);
        }
    }

    private void ask(String sql, long left, boolean wantsId) throws SQLException {
        lifeBefore = loan.physical.route().life();
        try (PreparedStatement question = loan.physical.prepareStatement(sql)) {
            if (left > 0) {
                long statement = Math.min(left, desk.config().limits().statement().toMillis());
                question.setString(1, Long.toString(statement));
                boolean newer = loan.physical.limitsTransactions();
                question.setString(
                        2, newer ? "transaction_timeout" : "idle_in_transaction_session_timeout");
                question.setString(3, Long.toString(left));
            }
            try (ResultSet row = question.executeQuery()) {
                if (row.next() && wantsId) {
                    id = row.getString(left > 0 ? 3 : 1);
                }
            }
        }
    }

    /**
     * @param mayHaveEnded whether the statement's text can have ended the transaction: what follows
     *     is another one then, with an id of its own
     */
    void afterStatement(boolean mayHaveEnded) {
        if (mayHaveEnded || (begun && !loan.physical.transactionOpen())) {
            kept = true;
            over();
        }
    }

    void afterFailure(boolean mayHaveEnded) {
        kept |= mayHaveEnded;
    }

    /** Whether a transaction was ended in between: the whole must not be run again then. */
    boolean kept() {
        return kept;
    }

    /**
     * Commits, and does not return before it is known that the commit took effect.
     *
     * @throws SQLException when it did not, or when nobody can say ({@link CommitFailedException})
     */
    void commit() throws SQLException {
        if (!loan.state.beginCommit()) {
            loan.requireOpen();
            throw new SQLException("the session is committing already", "25000");
        }
        committingSince = System.nanoTime();
        try {
            loan.requireCurrentPrimary();
            open = loan.physical.transactionOpen();
            send();
        } finally {
            over();
            loan.lastActivity = System.nanoTime();
            loan.state.endCommit();
            desk.settleIfFenced(loan);
        }
    }

    private void send() throws SQLException {
        try {
            loan.pooled.commit();
        } catch (SQLException e) {
            resolve(e);
            return;
        }
        kept = true;
        if (loan.physical.stale() && wrote()) {
            throw committedTooLate();
        }
        desk.committed(loan);
    }

    /** Whether the server refuses to write in it. */
    boolean readingOnly() {
        return readOnly && !permitted;
    }

    /** Whether what is committed may have written: whatever was open and was not read-only. */
    private boolean wrote() {
        return open && !readingOnly();
    }

    /**
     * The server said yes, and while it did another was promoted: whether that one had the
     * transaction already nobody can say from here.
     */
    private CommitFailedException committedTooLate() {
        Failure failure =
                Failure.of(
                        FailureKind.FAILOVER,
                        Outcome.IN_DOUBT,
                        false,
                        "08007",
                        "committed_by_stale_primary");
        loan.taint();
        desk.commitResolved(loan, failure, id);
        return new CommitFailedException(
                "transaction "
                        + id
                        + " was committed by a primary that was being replaced; whether the new one"
                        + " has it is unknown; do not run it again",
                failure,
                id,
                null);
    }

    private void resolve(SQLException error) throws SQLException {
        Failure failure = FailureClassifier.classify(error, Phase.COMMITTING);
        if (failure.outcome() != Outcome.IN_DOUBT) {
            desk.counters().count(Counter.ROLLBACKS);
            throw loan.failed(error, Phase.COMMITTING);
        }
        String asked = id;
        Incarnation.Life before = lifeBefore;
        loan.taint();
        if (!wrote()) {
            // Nothing was written: there is nothing to be in doubt about.
            throw loan.failed(error, Phase.IN_TRANSACTION);
        }
        Outcome outcome = desk.resolveCommit(loan, asked, before);
        kept |= !outcome.undone();
        Failure known = failure.withOutcome(outcome);
        desk.commitResolved(loan, known, asked);
        switch (outcome) {
            case COMMITTED -> loan.endingFor(SessionEndedException.Reason.CONNECTION_LOST);
            case ROLLED_BACK, NOT_STARTED ->
                    throw new CommitFailedException(
                            "the connection was lost during COMMIT; the transaction "
                                    + asked
                                    + " was rolled back",
                            known,
                            asked,
                            error);
            case IN_DOUBT ->
                    throw new CommitFailedException(
                            "the connection was lost during COMMIT and the fate of transaction "
                                    + asked
                                    + " could not be learnt; do not run it again",
                            Failure.of(known.kind(), outcome, false, "08007", known.condition()),
                            asked,
                            error);
        }
    }

    /** Rolls back for a body that failed, if there is anything to roll back. */
    void rollbackForBody() {
        if (loan.state.over() || loan.tainted() || !loan.physical.transactionOpen()) {
            return;
        }
        try {
            rollback();
        } catch (SQLException _) {
            // It has been told of, and the connection goes; the body's own reason is the news.
        }
    }

    void rollback() throws SQLException {
        // An interrupted virtual thread would lose the connection with the first answer.
        boolean interrupted = Thread.interrupted();
        try {
            loan.call(
                    () -> {
                        loan.pooled.rollback();
                        return null;
                    });
            desk.counters().count(Counter.ROLLBACKS);
        } catch (SQLException e) {
            desk.rollbackFailed(loan, e, id);
            throw e;
        } finally {
            over();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Rolls back for a borrower that is gone; the loan has ended. */
    void rollbackForReturn() throws SQLException {
        String lost = id;
        try {
            if (loan.physical.getAutoCommit()) {
                // Begun by a statement of the borrower, past the driver's own bookkeeping.
                try (Statement statement = loan.physical.createStatement()) {
                    statement.execute("ROLLBACK");
                }
            } else {
                loan.physical.rollback();
            }
            desk.counters().count(Counter.ROLLBACKS);
        } catch (SQLException e) {
            desk.rollbackFailed(loan, e, lost);
            throw e;
        } finally {
            over();
        }
    }

    private void over() {
        begun = false;
        permitted = false;
        id = null;
        lifeBefore = null;
        since = 0;
        committingSince = 0;
    }
}
