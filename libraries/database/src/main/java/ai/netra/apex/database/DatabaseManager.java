package ai.netra.apex.database;

import ai.netra.apex.database.admission.Gate;
import ai.netra.apex.database.admission.GateState;
import ai.netra.apex.resilience.Backoff;
import ai.netra.apex.resilience.ErrorState;
import ai.netra.apex.resilience.ErrorStateMachine;
import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Phase;
import ai.netra.apex.resilience.RetryBudget;
import ai.netra.apex.resilience.RetryPolicy;
import ai.netra.apex.resilience.forecast.Forecast;
import ai.netra.apex.resilience.forecast.Forecaster;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guarded sessions on one PostgreSQL database: admission in order, deadlines that hold, leaks taken
 * back, commits that are certain, routes that fail over.
 *
 * <pre>{@code
 * try (DatabaseManager db = DatabaseManager.start(config)) {
 *     db.inTransaction(SessionRequest.write("save").user(id), session -> …);
 *     DataSource plain = db.asDataSource();
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class DatabaseManager implements AutoCloseable {

    /** The operation of a session whose code says nothing about itself. */
    static final String PLAIN = "sql";

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final int ATTEMPTS = 4;
    private static final Backoff BETWEEN_ATTEMPTS =
            new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ZERO);
    private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(10);
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final DatabaseConfig config;
    private final LiveConfig live;
    private final Connector connector;
    private final PoolSizer sizer;
    private final Counters counters;
    private final EventHub events;
    private final Routes routes;
    private final RouteKeeper keeper;
    private final SteadyOpener opener;
    private final Pools pools;
    private final Gate gate;
    private final LoanDesk desk;
    private final Guardian guardian;
    private final CapacityWatch watch;
    private final PoolShortage shortage;
    private final Lender lender;
    private final TransactionRunner transactions;
    private final TroubleBook trouble = new TroubleBook();
    private final AtomicBoolean closed = new AtomicBoolean();

    private DatabaseManager(
            LiveConfig live,
            PoolSizing sizing,
            Counters counters,
            EventHub events,
            Connector connector,
            Routes routes,
            RouteKeeper keeper,
            SteadyOpener opener,
            Pools pools) {
        this.config = live.get();
        this.live = live;
        this.connector = connector;
        this.counters = counters;
        this.events = events;
        this.routes = routes;
        this.keeper = keeper;
        events.addBook(trouble);
        this.opener = opener;
        this.pools = pools;
        this.desk =
                new LoanDesk(
                        live,
                        counters,
                        events,
                        new CommitResolver(routes, RESOLVE_LIMIT),
                        new ReturnInspector(config.cleanup()),
                        keeper);
        this.gate =
                new Gate(
                        PoolSizer.rules(config.admission(), sizing.size()),
                        config.admission().adaptive(),
                        System::nanoTime,
                        new Random(),
                        this::criticalWaits);
        this.sizer = new PoolSizer(live, sizing, DatabaseManager::cores, gate, pools, events);
        this.guardian = new Guardian(desk, gate, config.name());
        this.watch = new CapacityWatch(config.name(), gate, events, InstantSource.system());
        this.shortage =
                new PoolShortage(
                        () -> sizer.sizing().size(),
                        pools::openToPrimary,
                        config.limits().connect().toNanos());
        ScopedValue<Loan> inTransaction = ScopedValue.newInstance();
        this.lender = new Lender(live, gate, pools, routes, desk, events, inTransaction);
        this.transactions =
                new TransactionRunner(
                        this,
                        desk,
                        lender,
                        inTransaction,
                        new RetryPolicy(ATTEMPTS, BETWEEN_ATTEMPTS, RetryBudget.standard()));
    }

    /**
     * Starts: tests the connection with retries, computes the pool's size, fills the pool and tests
     * all of it at once.
     *
     * @throws DatabaseUnavailableException when the database refuses us for good, or cannot be
     *     reached and the policy is {@link StartPolicy#REQUIRED}
     */
    public static DatabaseManager start(DatabaseConfig config) {
        Counters counters = new Counters();
        EventHub events = new EventHub(config.name(), counters);
        LiveConfig live = new LiveConfig(config);
        Connector connector = new Connector(live);
        Routes routes = new Routes(config.url().endpoints(), connector);
        RouteKeeper keeper = new RouteKeeper(config, routes, connector, counters, events);
        SteadyOpener opener = new SteadyOpener(routes, config.limits().connect());
        Pools pools = null;
        DatabaseManager manager = null;
        try {
            ServerFacts facts = new StartUp(config, routes, keeper).run();
            PoolSizing sizing =
                    PoolSizing.compute(
                            config.tier(),
                            config.pool(),
                            cores(),
                            facts == null ? 0 : facts.maxConnections(),
                            facts == null ? 0 : facts.reserved(),
                            Math.max(config.pool().replicas(), keeper.replicas()));
            pools = new Pools(config, sizing.size(), opener, counters);
            manager =
                    new DatabaseManager(
                            live, sizing, counters, events, connector, routes, keeper, opener,
                            pools);
            LOG.info("Database '{}': {}", config.name(), String.join("; ", sizing.reasons()));
            Managers.starting(manager);
            manager.begin(facts != null);
            return manager;
        } catch (RuntimeException | Error e) {
            if (manager != null) {
                manager.close();
            } else {
                keeper.close();
                opener.close();
                if (pools != null) {
                    pools.close();
                }
                connector.close();
            }
            throw e;
        }
    }

    /** From here on everything watches and works; a pool that does not hold is told at once. */
    private void begin(boolean reachable) {
        keeper.start(sizer::learn);
        guardian.start(this::look);
        if (!reachable) {
            trouble.machine().error(ErrorState.CONNECTION, "not reachable at start");
            return;
        }
        PoolTest.Result test =
                PoolTest.run(pools.primary(), sizer.sizing().size(), config.limits().connect());
        LOG.info("Database '{}': {}", config.name(), test);
        if (!test.passed()) {
            trouble.machine().error(ErrorState.ENGINE, test.toString());
            shortage.found();
            LOG.error("The pool of '{}' does not hold: {}", config.name(), test, test.failure());
            if (config.startPolicy() == StartPolicy.REQUIRED) {
                throw test.unavailable(config.name());
            }
        }
    }

    /** Asked anew each time: a container's share of the processors may change. */
    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private void look() {
        watch.look();
        shortage.look(System.nanoTime(), routes.serves(Route.Role.PRIMARY));
    }

    private void criticalWaits() {
        guardian.hurry();
    }

    /**
     * Opens a session; waits in the queue at most until the request's deadline.
     *
     * @throws DatabaseException when there is none; {@link SessionRejectedException#in} says why
     */
    public Session open(SessionRequest request) {
        try {
            return lender.lend(request);
        } catch (SQLException e) {
            throw failed(e, FailureClassifier.classify(e, Phase.ACQUIRING));
        }
    }

    /** Opens a session of a type for a user in that user's context. */
    public Session open(OperationType type, RequestContext context) {
        return open(SessionRequest.of(type, context));
    }

    /**
     * Runs {@code body} in one transaction: commits when it returns, rolls back when it throws.
     * After a definite rollback with a passing cause it is run again, within deadline, attempts and
     * budget; never when it is unknown whether the commit took effect. Within the body, {@link
     * #asDataSource()} on the same thread gives the transaction's own connection.
     *
     * @throws DatabaseException when it failed; {@link DatabaseException#failure()} says what
     *     became of it. A runtime exception of the body itself is passed on unchanged
     */
    public <T extends @Nullable Object> T inTransaction(
            SessionRequest request, TransactionBody<T> body) {
        return transactions.run(request, body);
    }

    /** A drop-in data source; each connection takes its user and deadline from the context. */
    public DataSource asDataSource() {
        return asDataSource(SessionRequest.write(PLAIN));
    }

    /** A drop-in data source whose connections are what {@code defaults} asks for. */
    public DataSource asDataSource(SessionRequest defaults) {
        return new GuardedDataSource(
                () -> {
                    Loan current = transactions.current();
                    return current != null ? current.joined() : lender.lend(defaults).connection();
                });
    }

    /** Whether the database can be worked with; asks nobody, so it answers at once. */
    public DatabaseHealth health() {
        List<DatabaseHealth.RouteHealth> known = keeper.health();
        if (closed.get()) {
            return new DatabaseHealth(DatabaseHealth.Status.DOWN, "closed", known);
        }
        return DatabaseHealth.of(
                known,
                routes.serves(Route.Role.PRIMARY),
                routes.serves(Route.Role.STANDBY),
                shortage.detail());
    }

    /**
     * When all sessions will be in use, from how use has grown over {@code window}: a line by least
     * squares through the p95 of each minute, of which a day is kept. {@link
     * Forecast.Level#UNKNOWN} in the first half hour. A change of its level over six hours is told
     * as {@link DatabaseEvent.ForecastChanged}.
     *
     * @throws IllegalArgumentException when the window is not positive
     */
    public Forecast forecast(Duration window) {
        return watch.forecast(window);
    }

    /** The forecast from the last six hours. */
    public Forecast forecast() {
        return forecast(Forecaster.WINDOW);
    }

    /** The manager at this moment. */
    public DatabaseSnapshot snapshot() {
        GateState state = gate.state();
        return new DatabaseSnapshot(
                state.capacity(),
                state.limit(),
                sizer.sizing().reasons(),
                state.inUse(),
                pools.idle(),
                state.waiting(),
                desk.out().stream().map(Loan::info).toList(),
                counters.all());
    }

    /** Figures for a metrics system, named as OpenTelemetry names them. */
    public List<MetricValue> metrics() {
        return Metrics.of(config.name(), gate.state(), pools, counters, routes.all(), forecast());
    }

    /** The eight error states and where each is; a person resolves one through it. */
    public ErrorStateMachine errorStates() {
        return trouble.machine();
    }

    /** What only a person can put right, oldest first; the last hundred. */
    public List<ManualIntervention> interventions() {
        return desk.interventions();
    }

    /**
     * Tells {@code listener} whatever happens from now on, in order and on a thread for events, so
     * shortly after it happened. What happened before {@link #close} is told within it, for up to
     * two seconds.
     */
    public void onEvent(Consumer<DatabaseEvent> listener) {
        events.add(listener);
    }

    /** Tells {@code listener}, the same object, nothing that happens from now on. */
    public void offEvent(Consumer<DatabaseEvent> listener) {
        events.remove(listener);
    }

    /** How far the books are from balanced; zero when no session opens or closes meanwhile. */
    public long unaccountedSessions() {
        return counters.reconcile(desk.out().size());
    }

    /**
     * Lets the pool's size be within other bounds from now on; see {@link #adjust}.
     *
     * @throws InvalidDatabaseConfigException when the bounds make no sense; the old ones stay then
     */
    public void resize(PoolBounds bounds) {
        DatabaseConfig now = live.get();
        adjust(bounds, now.limits(), now.admission());
    }

    /**
     * Works within other bounds from now on, without a restart; all of them or, when they make no
     * sense, none. Sessions that are out stay: a smaller pool is reached as they return. Time
     * limits hold at once, for sessions that are out too; those that the server keeps come with new
     * connections, so the old ones are replaced as they come free. How long one attempt to connect
     * may take stays what it was at start.
     *
     * @throws InvalidDatabaseConfigException with every problem; the old bounds stay then
     */
    public synchronized void adjust(PoolBounds pool, TimeLimits limits, AdmissionPolicy admission) {
        DatabaseConfig before = live.get();
        live.replace(before.with(pool, limits, admission));
        sizer.adjust();
        if (!limits.statement().equals(before.limits().statement())
                || !limits.transaction().equals(before.limits().transaction())) {
            pools.refresh();
        }
    }

    /** Closes idle connections and lets lent ones go when they return: after a rotated password. */
    public void refreshConnections() {
        pools.refresh();
        keeper.refresh();
    }

    /**
     * Refuses new sessions, waits ten seconds at most for those that are out, ends what is left,
     * and closes every connection. Sessions of the calling thread in which nothing runs are not
     * waited for: it cannot give them back meanwhile. Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        gate.close();
        long end = System.nanoTime() + DRAIN.toNanos();
        // Who was admitted and has no connection yet is waited for too.
        while (desk.outElsewhere(gate.state().inUse()) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(5_000_000);
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        for (Loan loan : desk.out()) {
            guardian.end(loan, SessionEndedException.Reason.SHUTDOWN);
        }
        guardian.close();
        keeper.close();
        for (Loan loan : desk.out()) {
            desk.settleReclaimed(loan);
        }
        opener.close();
        pools.close();
        connector.close();
        Managers.closed(this);
        events.close();
    }

    String name() {
        return config.name();
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Connections to the server that are open, those of the probes among them. */
    int connectionsOpen() {
        return connector.connectionsOpen();
    }

    /** How many connections the pool below the gate may have; for tests. */
    int poolMaximum() {
        return pools.maximum();
    }

    DatabaseException failed(SQLException error, Failure failure) {
        return new DatabaseException(
                "database '" + config.name() + "': " + ErrorText.of(error), failure, error);
    }
}
