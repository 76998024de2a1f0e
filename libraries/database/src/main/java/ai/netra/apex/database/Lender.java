package ai.netra.apex.database;

import ai.netra.apex.database.admission.Gate;
import ai.netra.apex.database.admission.Permit;
import ai.netra.apex.database.admission.Rank;
import ai.netra.apex.database.admission.Refusal;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Phase;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lends sessions: fails at once when the database is down, gets a permit, takes a connection whose
 * route still serves, and puts the loan around both. Whatever fails on the way gives back what it
 * had. Thread-safe.
 */
final class Lender {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final Duration PROBE = Duration.ofMillis(500);
    private static final long LOOK = Duration.ofMillis(20).toNanos();

    private final LiveConfig config;
    private final Gate gate;
    private final Pools pools;
    private final Routes routes;
    private final LoanDesk desk;
    private final EventHub events;

    /** The loan of the transaction around the thread's work, if there is one. */
    private final ScopedValue<Loan> inTransaction;

    private final AtomicLong ids = new AtomicLong();

    Lender(
            LiveConfig config,
            Gate gate,
            Pools pools,
            Routes routes,
            LoanDesk desk,
            EventHub events,
            ScopedValue<Loan> inTransaction) {
        this.config = config;
        this.gate = gate;
        this.pools = pools;
        this.routes = routes;
        this.desk = desk;
        this.events = events;
        this.inTransaction = inTransaction;
    }

    Loan lend(SessionRequest request) throws SQLException {
        Terms terms = Terms.of(request, config.get().limits());
        if (terms.deadline() != Long.MAX_VALUE && terms.deadline() - System.nanoTime() <= 0) {
            throw rejected(
                    terms,
                    SessionRejectedException.Reason.WAIT_TOO_LONG,
                    Duration.ZERO,
                    "its deadline has passed");
        }
        boolean standby = terms.access() == Access.STALE_OK && routes.serves(Route.Role.STANDBY);
        if (!standby && !routes.serves(Route.Role.PRIMARY)) {
            throw rejected(
                    terms,
                    SessionRejectedException.Reason.DATABASE_DOWN,
                    PROBE,
                    "no route to it works");
        }
        if (waitsForItself(terms)) {
            throw rejected(
                    terms,
                    SessionRejectedException.Reason.USER_LIMIT,
                    Duration.ZERO,
                    "this thread itself has all sessions that its user may have, in a transaction"
                            + " around this request");
        }
        Permit permit = permit(terms);
        boolean lent = false;
        try {
            Connection ofStandby = standby ? standby(terms) : null;
            Loan loan =
                    ofStandby == null
                            ? loan(terms, pools.primary(), serving(pools.primary(), terms), permit)
                            : loan(terms, pools.standby(), ofStandby, permit);
            lent = true;
            return loan;
        } catch (SQLException e) {
            throw connectFailed(terms, e);
        } finally {
            if (!lent) {
                permit.release();
            }
        }
    }

    /**
     * A connection to a standby; null when none comes and the primary can do instead. Half of the
     * time until the deadline is left to the primary. Waited for apart, since the pool's own
     * patience knows no deadline.
     *
     * @throws SQLException when none comes and there is no primary either
     */
    private @Nullable Connection standby(Terms terms) throws SQLException {
        CompletableFuture<Connection> coming = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("database-standby")
                .start(
                        () -> {
                            try {
                                coming.complete(serving(pools.standby(), terms));
                            } catch (SQLException | RuntimeException e) {
                                coming.completeExceptionally(e);
                            }
                        });
        long begin = System.nanoTime();
        long patience = config.get().limits().connect().toNanos();
        if (terms.deadline() != Long.MAX_VALUE) {
            patience = Math.min(patience, (terms.deadline() - begin) / 2);
        }
        SQLException failure = null;
        try {
            long left = patience;
            while (left > 0 && !onlyPrimaryServes()) {
                try {
                    return coming.get(Math.min(left, LOOK), TimeUnit.NANOSECONDS);
                } catch (TimeoutException _) {
                    left = patience - (System.nanoTime() - begin);
                }
            }
        } catch (ExecutionException e) {
            failure =
                    e.getCause() instanceof SQLException sql ? sql : new SQLException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = coming.thenAccept(Lender::giveBack);
        if (!routes.serves(Route.Role.PRIMARY)) {
            throw failure != null
                    ? failure
                    : new SQLTransientConnectionException("no standby answered in time", "08001");
        }
        desk.counters().count(Counter.CONNECT_FAILURES);
        return null;
    }

    private boolean onlyPrimaryServes() {
        return !routes.serves(Route.Role.STANDBY) && routes.serves(Route.Role.PRIMARY);
    }

    private static void giveBack(Connection late) {
        try {
            late.close();
        } catch (SQLException e) {
            LOG.debug("A connection that came too late is not given back", e);
        }
    }

    /** A connection of the pool whose route still serves. */
    private Connection serving(HikariDataSource pool, Terms terms) throws SQLException {
        Connection pooled = take(pool, terms);
        Physical physical = LoanDesk.physicalOf(pooled);
        while (!physical.route().serves(physical.epoch())) {
            // The pool looks at connections only after half a second of idleness; a route may have
            // gone since. Bounded: each turn takes one such connection out of the pool for good.
            physical.cut();
            pool.evictConnection(pooled);
            desk.counters().count(Counter.CONNECTIONS_DESTROYED);
            pooled = take(pool, terms);
            physical = LoanDesk.physicalOf(pooled);
        }
        return pooled;
    }

    private Loan loan(Terms terms, HikariDataSource pool, Connection pooled, Permit permit)
            throws SQLException {
        Physical physical = LoanDesk.physicalOf(pooled);
        Borrower borrower = desk.borrowers().here(terms.operation());
        Loan loan =
                new Loan(desk, ids.incrementAndGet(), terms, pooled, physical, permit, borrower);
        desk.lent(loan, pool);
        try {
            prepare(loan);
        } catch (SQLException e) {
            loan.taint();
            loan.close();
            throw e;
        }
        return loan;
    }

    /**
     * Takes one from the pool, which has one or is about to: waits for it as long as an attempt to
     * connect may take, but not beyond the request's deadline.
     */
    private Connection take(HikariDataSource pool, Terms terms) throws SQLException {
        if (terms.deadline() == Long.MAX_VALUE || pool.isClosed()) {
            return pool.getConnection();
        }
        long left = (terms.deadline() - System.nanoTime()) / 1_000_000;
        if (left >= pool.getConnectionTimeout()) {
            return pool.getConnection();
        }
        long wait = Math.max(1, left);
        // The data source itself has no such method, but its pool has.
        HikariPool below = (HikariPool) pool.getHikariPoolMXBean();
        return PhysicalConnection.<Connection, SQLException>validatingWithin(
                wait, () -> below.getConnection(wait));
    }

    private static void prepare(Loan loan) throws SQLException {
        if (loan.terms.reads()) {
            // In auto-commit mode the server is told before the first statement.
            loan.transaction.readOnly(true);
        } else {
            loan.physical.keepToReading(false);
        }
        if (loan.terms.type() == OperationType.MAINTENANCE) {
            loan.suspect();
            try (Statement statement = loan.physical.createStatement()) {
                statement.execute(
                        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
                if (loan.physical.limitsTransactions()) {
                    statement.execute("SET transaction_timeout = 0");
                }
            }
        }
    }

    /** Inside of transactions of its own a thread could wait for what only it gives back. */
    private boolean waitsForItself(Terms terms) {
        String user = terms.user();
        if (user == null || !inTransaction.isBound()) {
            return false;
        }
        Thread here = Thread.currentThread();
        int own = 0;
        for (Loan loan : desk.out()) {
            if (here.equals(loan.owner) && user.equals(loan.terms.user())) {
                own++;
            }
        }
        return own > 0 && gate.mayHoldNoMore(user, rank(terms.priority()), own);
    }

    private Permit permit(Terms terms) throws SessionRejectedException {
        try {
            return gate.acquire(terms.user(), rank(terms.priority()), terms.waitUntil());
        } catch (Refusal refusal) {
            SessionRejectedException.Reason reason =
                    switch (refusal.reason()) {
                        case QUEUE_FULL -> SessionRejectedException.Reason.QUEUE_FULL;
                        case WAIT_TOO_LONG -> SessionRejectedException.Reason.WAIT_TOO_LONG;
                        case WAITED_TOO_LONG -> SessionRejectedException.Reason.WAITED_TOO_LONG;
                        case USER_QUEUE_FULL -> SessionRejectedException.Reason.USER_LIMIT;
                        case DISPLACED -> SessionRejectedException.Reason.DISPLACED;
                        case CLOSED -> SessionRejectedException.Reason.CLOSED;
                    };
            Duration after = Duration.ofNanos(refusal.retryAfterNanos());
            throw rejected(terms, reason, after, "it is busy");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw rejected(
                    terms,
                    SessionRejectedException.Reason.INTERRUPTED,
                    Duration.ZERO,
                    "interrupted while waiting");
        }
    }

    private SQLException connectFailed(Terms terms, SQLException error) {
        desk.counters().count(Counter.CONNECT_FAILURES);
        events.tell(
                new DatabaseEvent.WorkFailed(
                        Instant.now(),
                        config.get().name(),
                        FailureClassifier.classify(error, Phase.ACQUIRING),
                        ErrorText.of(error),
                        null));
        if (routes.serves(Route.Role.PRIMARY)) {
            return error;
        }
        SessionRejectedException down =
                rejected(
                        terms,
                        SessionRejectedException.Reason.DATABASE_DOWN,
                        PROBE,
                        "no route to it works");
        down.initCause(error);
        return down;
    }

    private SessionRejectedException rejected(
            Terms terms,
            SessionRejectedException.Reason reason,
            Duration retryAfter,
            @Nullable String why) {
        desk.counters().count(Counter.SESSIONS_REJECTED);
        events.tell(
                new DatabaseEvent.SessionRejected(
                        Instant.now(),
                        config.get().name(),
                        reason,
                        retryAfter,
                        terms.user(),
                        terms.operation()));
        return new SessionRejectedException(
                reason,
                retryAfter,
                "no session on database '" + config.get().name() + "' (" + reason + "): " + why);
    }

    private static Rank rank(Priority priority) {
        return switch (priority) {
            case CRITICAL -> Rank.CRITICAL;
            case HIGH -> Rank.HIGH;
            case NORMAL -> Rank.NORMAL;
            case LOW -> Rank.LOW;
        };
    }
}
