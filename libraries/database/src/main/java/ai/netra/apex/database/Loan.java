package ai.netra.apex.database;

import ai.netra.apex.database.admission.Permit;
import ai.netra.apex.resilience.Classified;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection on loan: who has it, since when, what is running, and how it ends.
 *
 * <p><b>Concurrency.</b> The borrower's calls and the guardian meet in {@link LoanState} alone. The
 * guardian fences first and touches the connection after; the borrower enters first and touches it
 * after; so never do both own it. The slot is given back by the one who moved the state out of
 * OPEN, and by {@link Permit} at most once whatever happens. The times are written by the borrower
 * and read by the guardian: volatile, and harmless when a tick old.
 */
final class Loan implements Session {

    /** Work on the connection that may fail as JDBC does. */
    @FunctionalInterface
    interface Call<T> {
        @Nullable T run() throws SQLException;
    }

    final Terms terms;
    final Connection pooled;
    final Physical physical;
    final Permit permit;
    final LoanState state = new LoanState();
    final AtomicBoolean settled = new AtomicBoolean();
    final AtomicBoolean destroyed = new AtomicBoolean();
    final Transaction transaction;
    final Thread owner = Thread.currentThread();
    private final LoanDesk desk;
    private final Borrower borrower;
    private final Connection handle;
    private final long id;
    volatile long lastActivity;
    volatile long busySince;
    volatile long endingSince;
    private volatile SessionEndedException.@Nullable Reason endReason;
    private volatile boolean tainted;
    private volatile boolean suspicious;
    private volatile boolean worked;
    private volatile boolean isolationSet;
    private volatile boolean bound;

    Loan(
            LoanDesk desk,
            long id,
            Terms terms,
            Connection pooled,
            Physical physical,
            Permit permit,
            Borrower borrower) {
        this.desk = desk;
        this.id = id;
        this.terms = terms;
        this.pooled = pooled;
        this.physical = physical;
        this.permit = permit;
        this.borrower = borrower;
        this.lastActivity = borrower.sinceNanos();
        this.transaction = new Transaction(this, desk);
        this.handle = GuardedConnection.of(this, false);
    }

    /** Runs a call of the borrower, unless the session is over. */
    <T> @Nullable T call(Call<T> call) throws SQLException {
        enter();
        try {
            return call.run();
        } catch (SQLException e) {
            throw failed(e, transaction.phase());
        } finally {
            exit();
        }
    }

    /** Runs a statement: as {@link #call}, with its transaction begun under the right limits. */
    <T> @Nullable T execute(@Nullable String sql, Call<T> call) throws SQLException {
        return execute(SqlText.of(sql), call);
    }

    /** Runs statements of which the texts say that much. */
    <T> @Nullable T execute(SqlText text, Call<T> call) throws SQLException {
        enter();
        boolean ending = text.mayEnd();
        try {
            worked = true;
            if (text.permits() && terms.reads()) {
                throw UnderstoodException.mayNotWrite(
                        new SQLException(
                                "this session is for reading: that cannot be changed",
                                UnderstoodException.READ_ONLY));
            }
            requireCurrentPrimary();
            keepToReading();
            if (text.suspicious()) {
                suspect();
            }
            transaction.beforeStatement(text);
            T result = call.run();
            transaction.afterStatement(ending);
            if (physical.stale() && transaction.autoCommit() && !harmless()) {
                throw doneByStalePrimary();
            }
            return result;
        } catch (SQLException e) {
            boolean partly =
                    text.calls() && transaction.autoCommit() && UnderstoodException.ranInside(e);
            transaction.afterFailure(ending);
            throw failed(e, ending ? Phase.COMMITTING : transaction.phase(), true, partly);
        } finally {
            exit();
        }
    }

    /** Sees to it that the server refuses to write, before anything is sent that could. */
    void keepToReading() throws SQLException {
        if (terms.reads() && transaction.autoCommit()) {
            physical.keepToReading(true);
        }
    }

    /** Whether nothing of it can be written: the server has been told, and nobody told it else. */
    boolean harmless() {
        return terms.reads() && !suspicious;
    }

    private void enter() throws SQLException {
        if (state.running() == 0) {
            // Before the guardian can see the call: else it measured from the call before.
            busySince = System.nanoTime();
        }
        if (!state.enter()) {
            throw ended(null, false);
        }
    }

    /** A sign of life of the borrower, in a call that is no work. */
    void touch() {
        lastActivity = System.nanoTime();
    }

    private void exit() {
        long now = System.nanoTime();
        lastActivity = now;
        // Another thread's statement has waited for this one, and begins now.
        busySince = now;
        if (state.exit()) {
            desk.settleReclaimed(this);
        }
    }

    /** Fails when the session is over; for calls that touch nothing but memory. */
    void requireOpen() throws SQLException {
        if (state.over()) {
            throw ended(null, false);
        }
    }

    /**
     * Fails when the session's server is a primary no longer, before anything is sent to it. Its
     * connection is cut, so that what is open there is rolled back.
     */
    void requireCurrentPrimary() throws SQLException {
        if (physical.stale()) {
            endingFor(SessionEndedException.Reason.STALE_PRIMARY);
            taint();
            physical.cut();
            throw ended(null, false);
        }
    }

    /** What committed by itself may be known to that server alone. */
    private SessionEndedException doneByStalePrimary() {
        endingFor(SessionEndedException.Reason.STALE_PRIMARY);
        taint();
        return new SessionEndedException(
                SessionEndedException.Reason.STALE_PRIMARY,
                Outcome.IN_DOUBT,
                "a statement of '"
                        + terms.operation()
                        + "' was done by a primary that was being replaced; whether the new one"
                        + " knows of it is unknown",
                null);
    }

    /** Makes of an error what the borrower should see, and tells everybody who should know. */
    SQLException failed(SQLException error, Phase phase) {
        return failed(error, phase, false, false);
    }

    /**
     * @param statement whether it may have had an effect by itself
     * @param partly whether it may have had one although the server refused it
     */
    private SQLException failed(
            SQLException error, Phase phase, boolean statement, boolean partly) {
        boolean fenced =
                state.status() == LoanState.Status.FENCED
                        && !(error instanceof SessionEndedException);
        SQLException seen =
                fenced ? ended(error, partly) : understood(error, phase, statement, partly);
        desk.reportFailure(this, seen, phase);
        return seen;
    }

    /** The error, with its meaning where that is lost outside of this session. */
    private SQLException understood(
            SQLException error, Phase phase, boolean statement, boolean partly) {
        if (error instanceof Classified) {
            return error;
        }
        if (UnderstoodException.READ_ONLY.equals(error.getSQLState())
                && (terms.reads() || (!transaction.autoCommit() && transaction.readingOnly()))) {
            return UnderstoodException.mayNotWrite(error);
        }
        Failure failure = FailureClassifier.classify(error, phase);
        if (partly && failure.outcome().undone()) {
            failure = failure.withOutcome(Outcome.IN_DOUBT);
        }
        return statement && failure.outcome() == Outcome.IN_DOUBT
                ? UnderstoodException.of(error, failure)
                : error;
    }

    private SessionEndedException ended(@Nullable SQLException cause, boolean partly) {
        SessionEndedException.Reason reason = endReason;
        if (reason == null) {
            reason = SessionEndedException.Reason.CLOSED;
        }
        // A statement that was cut off while it could commit by itself may have done so; one that
        // the server cancelled has not, unless it commits in its midst.
        boolean cutOff = cause != null && !"57014".equals(cause.getSQLState());
        boolean doubt = partly || (cutOff && transaction.phase() != Phase.IN_TRANSACTION);
        return new SessionEndedException(
                reason,
                doubt ? Outcome.IN_DOUBT : Outcome.ROLLED_BACK,
                "the database session '" + terms.operation() + "' is over: " + explain(reason),
                cause);
    }

    private static String explain(SessionEndedException.Reason reason) {
        return switch (reason) {
            case CLOSED -> "it was closed";
            case DEADLINE -> "it took longer than allowed";
            case LEAKED -> "it lay idle for too long and was taken back";
            case PREEMPTED -> "critical work needed its slot";
            case SHUTDOWN -> "the database manager was closed";
            case CONNECTION_LOST -> "its connection is lost";
            case STALE_PRIMARY -> "another server has been promoted to be the primary";
        };
    }

    /** Says why the loan ends, before it is fenced; the first reason stays. */
    synchronized void endingFor(SessionEndedException.Reason reason) {
        if (endReason == null) {
            endReason = reason;
        }
    }

    /** Takes a reason back whose fence came too late. */
    synchronized void notEnding(SessionEndedException.Reason reason) {
        if (endReason == reason && state.status() != LoanState.Status.FENCED) {
            endReason = null;
        }
    }

    SessionEndedException.@Nullable Reason endReason() {
        return endReason;
    }

    /** The connection must not be lent again: a cancellation may still be on its way to it. */
    void taint() {
        tainted = true;
    }

    boolean tainted() {
        return tainted;
    }

    /** The connection is to be looked at when it comes back. */
    void suspect() {
        suspicious = true;
        if (terms.reads()) {
            physical.doubtReading();
        }
    }

    boolean suspicious() {
        return suspicious;
    }

    /** The borrower has set the isolation of transactions through JDBC's own method. */
    void isolationIsSet() {
        isolationSet = true;
    }

    boolean isolationSet() {
        return isolationSet;
    }

    /** Its transaction ends with a body, and by nothing else. */
    void bind() {
        bound = true;
    }

    boolean bound() {
        return bound;
    }

    /** Whether any statement was run: without one nothing can be left behind. */
    boolean worked() {
        return worked;
    }

    boolean mayUnwrap() {
        return desk.config().allowUnwrap();
    }

    @Override
    public Connection connection() {
        return handle;
    }

    /**
     * A handle for code below that asks a data source inside this loan's transaction.
     *
     * @throws SQLException when the transaction has been ended: nothing of its body may be done
     *     outside of it
     */
    Connection joined() throws SQLException {
        requireOpen();
        return GuardedConnection.of(this, true);
    }

    @Override
    public SessionInfo info() {
        return new SessionInfo(
                id,
                terms.type(),
                terms.operation(),
                terms.user(),
                terms.priority(),
                borrower.since(),
                terms.deadlineTime(),
                terms.correlationId(),
                physical.route().toString(),
                physical.backendPid(),
                borrower.thread(),
                borrower.frames());
    }

    /** When it was lent, of {@link System#nanoTime()}. */
    long sinceNanos() {
        return borrower.sinceNanos();
    }

    @Override
    public @Nullable Long epoch() {
        return physical.epoch();
    }

    /** By its number: every loan is put into a map, and an object's own hash costs more to make. */
    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a loan is equal to itself alone
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public void close() {
        switch (state.end()) {
            case OPEN -> {
                endingSince = System.nanoTime();
                if (state.running() == 0) {
                    desk.takeBack(this);
                } else {
                    // Another thread is still inside: nobody may have this connection next.
                    desk.destroyReturned(this);
                }
            }
            case COMMITTING -> desk.destroyReturned(this);
            case FENCED, ENDED -> {
                // Whoever fenced it settles it; whoever closed it has settled it.
            }
        }
        if (endReason == null) {
            endingFor(SessionEndedException.Reason.CLOSED);
        }
    }
}
