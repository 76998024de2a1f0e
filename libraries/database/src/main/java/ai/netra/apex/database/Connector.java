package ai.netra.apex.database;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.postgresql.PGProperty;

/**
 * Opens connections over a given route, checks what is at the other end, and sets the limits that
 * outlive any client: the server enforces them even when this process is gone. Thread-safe.
 */
final class Connector implements AutoCloseable {

    private static final Executor DIRECT = Runnable::run;
    private static final String OLDEST_SERVER = "10";

    /** "Invalid authorization": as if the server had refused us, and no more to be tried again. */
    private static final String REFUSED = "28000";

    private final LiveConfig live;

    /** What tells this manager's probes from those of the application's other replicas. */
    private final String instance =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    /** Everything opened here and, when it was last looked at, not closed. */
    private final Set<PhysicalConnection> opened = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;

    Connector(LiveConfig live) {
        this.live = live;
    }

    /**
     * Opens a connection for sessions.
     *
     * @param limit how long it may take
     */
    PhysicalConnection open(Route route, Duration limit) throws SQLException {
        DatabaseConfig config = live.get();
        PhysicalConnection connection = connect(route, limit, config.name());
        try {
            ServerFacts facts = ServerFacts.ask(connection);
            requireEncryption(facts, route);
            config.connectionCheck().verify(connection);
            connection.verified(facts);
            connection.limitTransactions(config.limits().transaction());
            // From here on the guardian watches, and cuts the socket of what outlives its limits.
            // A time limit on the socket's own reads would cost 1.5 microseconds per answer.
            connection.setNetworkTimeout(DIRECT, 0);
            connection.remember();
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.cut();
            throw e;
        }
    }

    /** Opens a connection to ask short questions; each answer is waited for at most that long. */
    PhysicalConnection openProbe(Route route, Duration limit) throws SQLException {
        PhysicalConnection connection = connect(route, limit, probes() + instance);
        connection.setNetworkTimeout(DIRECT, Math.clamp(limit.toMillis(), 1, 60_000));
        return connection;
    }

    /** How the {@code application_name} of every replica's probes begins. */
    String probes() {
        return live.get().name() + " probe ";
    }

    private PhysicalConnection connect(Route route, Duration limit, String application)
            throws SQLException {
        DatabaseConfig config = live.get();
        Credentials credentials = credentials(config);
        Properties properties = new Properties();
        DatabaseUrl url = config.url();
        url.parameters().forEach(properties::setProperty);
        long seconds = Math.max(1, limit.toSeconds());
        PGProperty.USER.set(properties, credentials.user());
        PGProperty.PASSWORD.set(properties, new String(credentials.password()));
        PGProperty.PG_DBNAME.set(properties, url.database());
        PGProperty.PG_HOST.set(properties, route.endpoint().host());
        PGProperty.PG_PORT.set(properties, Integer.toString(route.endpoint().port()));
        PGProperty.SSL_MODE.set(properties, url.sslMode().parameter());
        PGProperty.CONNECT_TIMEOUT.set(properties, Long.toString(seconds));
        PGProperty.SOCKET_TIMEOUT.set(properties, Long.toString(seconds));
        if (!url.parameters().containsKey(PGProperty.TCP_KEEP_ALIVE.getName())) {
            PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        }
        PGProperty.CANCEL_SIGNAL_TIMEOUT.set(properties, Long.toString(seconds));
        if (!url.parameters().containsKey(PGProperty.APPLICATION_NAME.getName())) {
            PGProperty.APPLICATION_NAME.set(properties, application);
        }
        if (!url.parameters().containsKey(PGProperty.ASSUME_MIN_SERVER_VERSION.getName())) {
            // Else the driver sets the application's name by a statement of its own, and to the
            // server it then looks like something a session has changed.
            PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, OLDEST_SERVER);
        }
        if (!url.parameters().containsKey(PGProperty.LOG_SERVER_ERROR_DETAIL.getName())) {
            // Else errors show values: keys that exist already, rows, whole statements of a batch.
            PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        }
        PGProperty.OPTIONS.set(
                properties,
                "-c statement_timeout="
                        + config.limits().statement().toMillis()
                        + " -c idle_in_transaction_session_timeout="
                        + config.limits().transaction().toMillis());
        var connection = new PhysicalConnection(route, properties, url.jdbcUrlOf(route.endpoint()));
        opened.removeIf(Connector::closed);
        opened.add(connection);
        if (closed) {
            connection.cut();
            throw new SQLException("the database manager has been closed", "08003");
        }
        return connection;
    }

    private static Credentials credentials(DatabaseConfig config) throws SQLException {
        try {
            return config.credentials().current();
        } catch (RuntimeException e) {
            throw new SQLException(String.valueOf(e.getMessage()), REFUSED, e);
        }
    }

    /** How many of the connections opened here are open. */
    int connectionsOpen() {
        opened.removeIf(Connector::closed);
        return opened.size();
    }

    /**
     * Cuts what is open, and whatever is still being opened as soon as it is: the pool forgets
     * those that become ready after it has been closed.
     */
    @Override
    public void close() {
        closed = true;
        opened.forEach(PhysicalConnection::cut);
    }

    private static boolean closed(PhysicalConnection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException _) {
            return true;
        }
    }

    private void requireEncryption(ServerFacts facts, Route route) throws SQLException {
        if (live.get().url().sslMode().encrypted() && !facts.encrypted()) {
            throw new SQLException(
                    "the server at " + route + " says that the connection is not encrypted",
                    REFUSED);
        }
    }
}
