package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.FailureKind;
import ai.netra.apex.resilience.Outcome;
import ai.netra.apex.resilience.Phase;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where loans come back: cleaned and returned to the pool, or destroyed; their slot given back; and
 * what happened to them counted and told. Knows every loan that is out. Thread-safe.
 */
final class LoanDesk {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final int KEPT_INTERVENTIONS = 100;

    /** What the desk needs from those who watch the routes. */
    interface RouteWatch {
        /** Ask this route at once: something is wrong with it. */
        void suspect(Route route);
    }

    private final LiveConfig config;
    private final Counters counters;
    private final EventHub events;
    private final CommitResolver resolver;
    private final ReturnInspector inspector;
    private final RouteWatch watch;
    private final BorrowerRecorder borrowers;
    private final Map<Loan, HikariDataSource> out = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<ManualIntervention> interventions =
            new ConcurrentLinkedQueue<>();

    LoanDesk(
            LiveConfig config,
            Counters counters,
            EventHub events,
            CommitResolver resolver,
            ReturnInspector inspector,
            RouteWatch watch) {
        this.config = config;
        this.counters = counters;
        this.events = events;
        this.resolver = resolver;
        this.inspector = inspector;
        this.watch = watch;
        this.borrowers = new BorrowerRecorder(config.get().recordBorrower());
    }

    DatabaseConfig config() {
        return config.get();
    }

    BorrowerRecorder borrowers() {
        return borrowers;
    }

    Counters counters() {
        return counters;
    }

    /** Every loan that is out, or on its way back. */
    Collection<Loan> out() {
        return out.keySet();
    }

    /**
     * Whether anything is out that the calling thread could not give back itself.
     *
     * @param permits that are out, with a loan or on their way to one
     */
    boolean outElsewhere(int permits) {
        long own =
                out.keySet().stream()
                        .filter(loan -> loan.owner == Thread.currentThread())
                        .filter(loan -> loan.state.running() == 0)
                        .count();
        return out.size() > own || permits > own;
    }

    List<ManualIntervention> interventions() {
        return List.copyOf(interventions);
    }

    void lent(Loan loan, HikariDataSource pool) {
        out.put(loan, pool);
        counters.count(Counter.SESSIONS_OPENED);
    }

    /** The borrower closed it and nothing runs in it: back into the pool, if it is clean. */
    void takeBack(Loan loan) {
        boolean destroy = true;
        // On an interrupted virtual thread the socket would be closed, and the rollback fail.
        boolean interrupted = Thread.interrupted();
        try {
            if (!loan.tainted()) {
                ReturnInspector.Verdict verdict = inspector.inspect(loan);
                destroy = !verdict.clean();
                report(loan, verdict, destroy);
            }
            if (!destroy) {
                loan.pooled.close();
                loan.physical.route().succeeded();
            }
        } catch (SQLException e) {
            destroy = true;
            LOG.debug("A returned connection is destroyed", e);
        } finally {
            if (destroy) {
                destroy(loan);
            }
            settle(loan, Counter.SESSIONS_RELEASED);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The borrower closed it, but the connection is in no state to be lent again. */
    void destroyReturned(Loan loan) {
        destroy(loan);
        settle(loan, Counter.SESSIONS_RELEASED);
    }

    void settleIfFenced(Loan loan) {
        if (loan.state.status() == LoanState.Status.FENCED) {
            settleReclaimed(loan);
        }
    }

    /** It was fenced and nothing runs in it, or what runs has had its grace. */
    void settleReclaimed(Loan loan) {
        if (loan.settled.get()) {
            return;
        }
        destroy(loan);
        if (settle(loan, Counter.SESSIONS_RECLAIMED)) {
            reportReclaimed(loan);
        }
    }

    /**
     * The order matters: cut the socket, so that whoever hangs on it returns; let the pool forget
     * the connection, without its {@code close}, which may hang; only then give the slot back.
     */
    private void destroy(Loan loan) {
        HikariDataSource pool = out.get(loan);
        loan.physical.cut();
        if (pool != null) {
            pool.evictConnection(loan.pooled);
        }
        if (loan.destroyed.compareAndSet(false, true)) {
            // The guardian and the borrower's last call may meet here.
            counters.count(Counter.CONNECTIONS_DESTROYED);
        }
    }

    private boolean settle(Loan loan, Counter as) {
        if (!loan.settled.compareAndSet(false, true)) {
            return false;
        }
        out.remove(loan);
        counters.count(as);
        loan.permit.release();
        return true;
    }

    private void report(Loan loan, ReturnInspector.Verdict verdict, boolean destroyed) {
        if (!verdict.findings().isEmpty()) {
            counters.count(Counter.UNCLEAN_RETURNS);
            SessionInfo info = loan.info();
            LOG.warn(
                    "Session '{}' came back with {}: {}",
                    info.operation(),
                    verdict.findings(),
                    destroyed ? "its connection is destroyed" : "cleaned");
            events.tell(
                    new DatabaseEvent.UncleanReturn(
                            Instant.now(),
                            config.get().name(),
                            verdict.findings(),
                            destroyed,
                            info));
        }
    }

    private void reportReclaimed(Loan loan) {
        SessionEndedException.Reason reason = loan.endReason();
        SessionInfo info = loan.info();
        Duration age = Duration.ofNanos(System.nanoTime() - loan.sinceNanos());
        switch (reason) {
            case LEAKED -> {
                counters.count(Counter.LEAKS);
                borrowers.leaked(info.operation());
            }
            case DEADLINE -> counters.count(Counter.DEADLINES);
            case PREEMPTED -> counters.count(Counter.PREEMPTIONS);
            case null, default -> {
                // Counted where it happened.
            }
        }
        LOG.warn(
                "Session {} '{}' of user {} was taken back after {} ({}), borrowed by {} at {}",
                info.id(),
                info.operation(),
                info.user(),
                age,
                reason,
                info.thread(),
                info.borrower());
        events.tell(
                new DatabaseEvent.SessionReclaimed(
                        Instant.now(),
                        config.get().name(),
                        reason == null ? SessionEndedException.Reason.CONNECTION_LOST : reason,
                        info,
                        age));
    }

    void committed(Loan loan) {
        counters.count(Counter.COMMITS);
        loan.physical.route().succeeded();
    }

    /**
     * @param lifeBefore the server's life as known before the transaction began
     */
    Outcome resolveCommit(
            Loan loan, @Nullable String transactionId, Incarnation.@Nullable Life lifeBefore) {
        watch.suspect(loan.physical.route());
        return resolver.resolve(loan.physical, transactionId, lifeBefore);
    }

    void commitResolved(Loan loan, Failure failure, @Nullable String transactionId) {
        counters.count(
                failure.outcome() == Outcome.IN_DOUBT
                        ? Counter.COMMITS_IN_DOUBT
                        : Counter.COMMITS_RESOLVED);
        if (failure.outcome() == Outcome.COMMITTED) {
            counters.count(Counter.COMMITS);
        }
        SessionInfo info = loan.info();
        LOG.warn(
                "The answer to a COMMIT of '{}' was lost; transaction {} is {}",
                info.operation(),
                transactionId,
                failure.outcome());
        events.tell(
                new DatabaseEvent.CommitResolved(
                        Instant.now(), config.get().name(), failure, transactionId, info));
        if (failure.outcome() == Outcome.IN_DOUBT) {
            intervene(
                    new ManualIntervention(
                            Instant.now(),
                            "It is unknown whether a transaction of '"
                                    + info.operation()
                                    + "' was committed",
                            (transactionId == null
                                            ? "Look for the data itself: the transaction's id is"
                                                    + " not known."
                                            : "Ask the primary: SELECT pg_xact_status('"
                                                    + transactionId
                                                    + "'::xid8); after a failover look for the data"
                                                    + " itself.")
                                    + " Do not run the operation again before you know.",
                            failure,
                            transactionId,
                            info));
        }
    }

    /** A rollback failed: the connection is never used again, and a person is told. */
    void rollbackFailed(Loan loan, SQLException error, @Nullable String transactionId) {
        loan.taint();
        Failure failure = FailureClassifier.classify(error, Phase.IN_TRANSACTION);
        SessionInfo info = loan.info();
        LOG.error(
                "CRITICAL: the rollback of '{}' failed; its connection is destroyed",
                info.operation(),
                error);
        intervene(
                new ManualIntervention(
                        Instant.now(),
                        "The rollback of '" + info.operation() + "' failed",
                        "The connection was cut, so the server rolls back when it notices. Make sure"
                                + " that it did: SELECT * FROM pg_stat_activity WHERE pid = "
                                + info.backendPid()
                                + "; end it with pg_terminate_backend("
                                + info.backendPid()
                                + ") if it still holds a transaction.",
                        failure,
                        transactionId,
                        info));
    }

    private void intervene(ManualIntervention record) {
        counters.count(Counter.MANUAL_INTERVENTIONS);
        interventions.add(record);
        while (interventions.size() > KEPT_INTERVENTIONS) {
            interventions.poll();
        }
        events.tell(
                new DatabaseEvent.ManualInterventionNeeded(
                        record.time(), config.get().name(), record));
    }

    /** Work failed: learn from it about the connection and its route, and tell. */
    void reportFailure(Loan loan, SQLException error, Phase phase) {
        Failure failure = FailureClassifier.classify(error, phase);
        counters.count(Counter.FAILURES);
        if (closed(loan)) {
            // By the server too, which says why: then there is nothing left to be rolled back.
            loan.taint();
        }
        boolean lost = failure.kind() == FailureKind.CONNECTION && !elsewhere(loan, error);
        if (lost || failure.kind() == FailureKind.FAILOVER) {
            loan.taint();
            if (loan.physical.route().failed() || failure.kind() == FailureKind.FAILOVER) {
                watch.suspect(loan.physical.route());
            }
        }
        events.tell(
                new DatabaseEvent.WorkFailed(
                        Instant.now(),
                        config.get().name(),
                        failure,
                        ErrorText.of(error),
                        loan.info()));
    }

    /**
     * Whether a server that goes on talking to us said so: it means a connection of its own, such
     * as that of {@code dblink} or of a foreign table.
     */
    private static boolean elsewhere(Loan loan, SQLException error) {
        SQLException said = error;
        if (error instanceof BatchUpdateException && error.getNextException() != null) {
            said = error.getNextException();
        } else if (error instanceof UnderstoodException understood) {
            said = understood.drivers();
        }
        return EvictionRule.saidByServer(said) && !closed(loan);
    }

    private static boolean closed(Loan loan) {
        try {
            return loan.physical.isClosed();
        } catch (SQLException _) {
            return true;
        }
    }

    /** The driver's connection below a pooled one. */
    static Physical physicalOf(Connection pooled) throws SQLException {
        return pooled.unwrap(Physical.class);
    }
}
