package ai.netra.apex.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HikariCP pools below the gate: one of connections to the primary, one to standbys where there
 * are any. Each is as large as the gate is wide, so a session that was admitted never waits in the
 * pool's own queue, which knows neither order nor fairness. Thread-safe.
 */
final class Pools implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseManager.class);
    private static final Duration VALIDATION = Duration.ofSeconds(1);

    /** Opens a connection below a pool. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    private final AtomicInteger refreshes = new AtomicInteger();
    private final HikariDataSource primary;
    private final HikariDataSource standby;

    Pools(DatabaseConfig config, int size, SteadyOpener opener, Counters counters) {
        Opener toPrimary = counted(opener, Route.Role.PRIMARY, counters);
        Opener toStandby = counted(opener, Route.Role.STANDBY, counters);
        this.primary = pool(config.name(), config, size, size, fresh(toPrimary));
        try {
            this.standby = pool(config.name() + " standby", config, size, 0, fresh(toStandby));
        } catch (RuntimeException | Error e) {
            primary.close();
            throw e;
        }
    }

    private static Opener counted(SteadyOpener opener, Route.Role role, Counters counters) {
        return () -> {
            PhysicalConnection opened = opener.open(role);
            counters.count(Counter.CONNECTIONS_OPENED);
            return opened;
        };
    }

    /**
     * Opens with {@code opener}, but gives up what a {@link #refresh} has overtaken: it signed in
     * with the credentials of before and would come into the pool after all such were closed.
     */
    private Opener fresh(Opener opener) {
        return () -> {
            int begun = refreshes.get();
            Connection opened = opener.open();
            if (refreshes.get() != begun) {
                opened.close();
                throw new SQLTransientConnectionException(
                        "credentials may have changed while a connection was opened", "08006");
            }
            return opened;
        };
    }

    HikariDataSource primary() {
        return primary;
    }

    HikariDataSource standby() {
        return standby;
    }

    int idle() {
        return primary.getHikariPoolMXBean().getIdleConnections()
                + standby.getHikariPoolMXBean().getIdleConnections();
    }

    int open() {
        return primary.getHikariPoolMXBean().getTotalConnections()
                + standby.getHikariPoolMXBean().getTotalConnections();
    }

    int openToPrimary() {
        return primary.getHikariPoolMXBean().getTotalConnections();
    }

    /** How many connections each of the pools may have. */
    int maximum() {
        return primary.getHikariConfigMXBean().getMaximumPoolSize();
    }

    /**
     * Changes how many connections each of the pools may have. More are opened when they are
     * wanted; what is too many stays until {@link #trim}.
     */
    void limit(int size) {
        primary.getHikariConfigMXBean().setMaximumPoolSize(size);
        primary.getHikariConfigMXBean().setMinimumIdle(size);
        standby.getHikariConfigMXBean().setMaximumPoolSize(size);
    }

    /** Whether either of the pools has more connections than its limit. */
    boolean hasSurplus() {
        return surplus(primary) || surplus(standby);
    }

    private static boolean surplus(HikariDataSource pool) {
        return pool.getHikariPoolMXBean().getTotalConnections()
                > pool.getHikariConfigMXBean().getMaximumPoolSize();
    }

    /**
     * Closes what is above the limit. Called with no more permits out than the limit, so whatever
     * is above it is idle, and taking it keeps nobody waiting.
     */
    void trim() {
        trim(primary);
        trim(standby);
    }

    private static void trim(HikariDataSource pool) {
        try {
            while (surplus(pool)) {
                pool.evictConnection(pool.getConnection());
            }
        } catch (SQLException e) {
            LOG.debug("Trimming ends early; the rest goes with the next answer", e);
        }
    }

    /** Closes every idle connection, and the lent ones when they come back. */
    void refresh() {
        refreshes.incrementAndGet();
        primary.getHikariPoolMXBean().softEvictConnections();
        standby.getHikariPoolMXBean().softEvictConnections();
    }

    private static HikariDataSource pool(
            String name, DatabaseConfig config, int size, int idle, Opener opener) {
        HikariConfig hikari = new HikariConfig();
        hikari.setPoolName(name);
        hikari.setDataSource(new Below(opener));
        hikari.setMaximumPoolSize(size);
        hikari.setMinimumIdle(idle);
        hikari.setConnectionTimeout(Math.max(250, config.limits().connect().toMillis()));
        hikari.setValidationTimeout(Math.min(VALIDATION.toMillis(), hikari.getConnectionTimeout()));
        hikari.setInitializationFailTimeout(-1);
        hikari.setExceptionOverride(new EvictionRule());
        hikari.setThreadFactory(
                Thread.ofPlatform().daemon().name("database-pool-" + name + "-", 0).factory());
        return new HikariDataSource(hikari);
    }

    @Override
    public void close() {
        try {
            standby.close();
        } finally {
            primary.close();
        }
    }

    /** What the pool takes for the driver. */
    private record Below(Opener opener) implements DataSource {

        @Override
        public Connection getConnection() throws SQLException {
            return opener.open();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return opener.open();
        }

        @Override
        public @Nullable PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(@Nullable PrintWriter out) {
            // The pool offers one; nothing is written to it.
        }

        @Override
        public void setLoginTimeout(int seconds) {
            // The pool sets its own; the connector has better ones.
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public java.util.logging.Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException("logging goes through SLF4J");
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLException("not a wrapper for " + type.getName());
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
