package ai.netra.apex.database;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.net.Socket;
import java.net.SocketException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.PGStream;
import org.postgresql.core.QueryExecutorBase;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.HostSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's connection, which also knows its route and epoch. A subclass instead of a wrapper:
 * the pool and {@code unwrap} see the driver's own class, and no call is delegated.
 *
 * <p>{@link #isValid} is where the pool learns that a connection must not be lent any more: once
 * its route is out or its epoch is over, it answers no without asking the server, which may be the
 * very one that swallows questions.
 */
final class PhysicalConnection extends PgConnection implements Physical {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final ScopedValue<Integer> VALIDATION = ScopedValue.newInstance();
    private static final int LEAST_VALIDATION = 100;
    private static final int TRANSACTION_TIMEOUT_SINCE = 17;
    private static final String LIMIT_TRANSACTIONS = "SET transaction_timeout = ";
    private static final String READ_ONLY = "SET default_transaction_read_only = ";

    /** The driver has no other way to its socket. */
    private static final MethodHandle STREAM = stream();

    /**
     * Settings of a session that the server reports by itself whenever they change. The driver
     * itself changes none of these. Older servers report fewer: {@code search_path} since 18.
     */
    private static final List<String> REPORTED =
            List.of(
                    "search_path",
                    "session_authorization",
                    "is_superuser",
                    "application_name",
                    "TimeZone",
                    "DateStyle",
                    "IntervalStyle",
                    "standard_conforming_strings");

    private final Route route;
    private final @Nullable String[] settings = new @Nullable String[REPORTED.size()];

    /** All that the server has reported, as when last compared: the very same strings. */
    private @Nullable String[] reports = {};

    private volatile @Nullable ServerFacts facts;
    private volatile long cleanSince = System.nanoTime();

    /** What transactions are by themselves; of the thread that has the connection. */
    private boolean readingOnly;

    private boolean readingDoubted;
    private long transactionLimit;

    PhysicalConnection(Route route, Properties properties, String url) throws SQLException {
        super(
                new HostSpec[] {new HostSpec(route.endpoint().host(), route.endpoint().port())},
                properties,
                url);
        this.route = route;
    }

    void verified(ServerFacts said) {
        this.facts = said;
    }

    /** What the server said about itself when the connection was opened for sessions. */
    ServerFacts facts() {
        return Objects.requireNonNull(facts);
    }

    /** The setting is newer than the others, so it cannot be part of the start-up packet. */
    void limitTransactions(Duration limit) throws SQLException {
        if (limitsTransactions()) {
            transactionLimit = limit.toMillis();
            execute(LIMIT_TRANSACTIONS + transactionLimit);
        }
    }

    @Override
    public long transactionLimit() {
        return transactionLimit;
    }

    @Override
    public void keepToReading(boolean reading) throws SQLException {
        if ((readingOnly == reading && !readingDoubted) || transactionOpen()) {
            return;
        }
        // In doubt until the server has answered.
        readingDoubted = true;
        execute(READ_ONLY + reading);
        readingOnly = reading;
        readingDoubted = false;
    }

    @Override
    public void doubtReading() {
        readingDoubted = true;
    }

    @Override
    public boolean readingOnly() {
        return readingOnly;
    }

    @Override
    public void reset(String resets) throws SQLException {
        readingDoubted = true;
        execute(
                resets
                        + (limitsTransactions() ? "; " + LIMIT_TRANSACTIONS + transactionLimit : "")
                        + (readingOnly ? "; " + READ_ONLY + true : ""));
        readingDoubted = false;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = createStatement()) {
            statement.execute(sql);
        }
    }

    /** Takes the settings of now for those every session finds. */
    void remember() {
        for (int i = 0; i < settings.length; i++) {
            settings[i] = getParameterStatus(REPORTED.get(i));
        }
        rememberReports();
    }

    @Override
    public boolean settingsChanged() {
        if (!reportedAnything()) {
            return false;
        }
        for (int i = 0; i < settings.length; i++) {
            if (!Objects.equals(settings[i], getParameterStatus(REPORTED.get(i)))) {
                return true;
            }
        }
        rememberReports();
        return false;
    }

    /**
     * Whether a report has come since the last comparison. Each brings a string of its own, so
     * looking for the same ones is enough, and costs a fraction of finding eight by their names.
     */
    @SuppressWarnings("ReferenceEquality")
    private boolean reportedAnything() {
        Map<String, String> now = getParameterStatuses();
        if (now.size() != reports.length) {
            return true;
        }
        int i = 0;
        for (String value : now.values()) {
            if (value != reports[i++]) {
                return true;
            }
        }
        return false;
    }

    private void rememberReports() {
        reports = getParameterStatuses().values().toArray(String[]::new);
    }

    @Override
    public long cleanSince() {
        return cleanSince;
    }

    @Override
    public void foundClean(long now) {
        cleanSince = now;
    }

    @Override
    public boolean isValid(int timeoutSeconds) throws SQLException {
        if (!route.serves(epoch())) {
            return false;
        }
        int limit = VALIDATION.isBound() ? VALIDATION.get() : 0;
        if (limit == 0 || isClosed()) {
            return super.isValid(timeoutSeconds);
        }
        int before = getNetworkTimeout();
        if (before != 0 && before <= limit) {
            return super.isValid(timeoutSeconds);
        }
        setNetworkTimeout(Runnable::run, limit);
        try {
            return super.isValid(timeoutSeconds);
        } finally {
            if (!isClosed()) {
                setNetworkTimeout(Runnable::run, before);
            }
        }
    }

    /**
     * Runs {@code call}, in which this thread validates a connection for so many milliseconds at
     * most; a little longer than a server needs that is well, for one that does not answer in time
     * is closed.
     */
    static <T, E extends Exception> T validatingWithin(
            long millis, ScopedValue.CallableOp<T, E> call) throws E {
        return ScopedValue.where(VALIDATION, Math.toIntExact(Math.max(LEAST_VALIDATION, millis)))
                .call(call);
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public int backendPid() {
        return getBackendPID();
    }

    @Override
    public @Nullable Long epoch() {
        ServerFacts said = facts;
        return said == null ? null : said.epoch();
    }

    @Override
    public boolean stale() {
        return route.over(epoch());
    }

    @Override
    public boolean transactionOpen() {
        return getTransactionState() != TransactionState.IDLE;
    }

    @Override
    public boolean limitsTransactions() {
        return getServerMajorVersion() >= TRANSACTION_TIMEOUT_SINCE;
    }

    @Override
    public void cancelRunning() throws SQLException {
        cancelQuery();
    }

    /**
     * Closing an encrypted socket waits for whoever is just writing to it, and says goodbye; unless
     * it shall not linger.
     */
    @Override
    public void cut() {
        try {
            socket().setSoLinger(true, 0);
        } catch (SocketException e) {
            LOG.debug("It is closed already", e);
        }
        abort();
    }

    private Socket socket() {
        try {
            return ((PGStream) STREAM.invoke((QueryExecutorBase) getQueryExecutor())).getSocket();
        } catch (Throwable e) {
            throw new IllegalStateException("a field that cannot be read", e);
        }
    }

    private static MethodHandle stream() {
        try {
            return MethodHandles.privateLookupIn(QueryExecutorBase.class, MethodHandles.lookup())
                    .findGetter(QueryExecutorBase.class, "pgStream", PGStream.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another driver than the one this is made for", e);
        }
    }
}
