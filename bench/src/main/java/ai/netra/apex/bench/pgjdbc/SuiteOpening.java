package ai.netra.apex.bench.pgjdbc;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUnavailableException;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.InvalidDatabaseConfigException;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.StartPolicy;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.PgResultSet;
import org.postgresql.jdbc.PgStatement;

/**
 * What the suite's {@code TestUtil.openDB} calls instead of the driver: a raw connection, one of a
 * plain pool, or one of a guarded manager with the same address and parameters. What a manager does
 * not take (replication connections, parameters it sets itself) is opened raw in both runs, and
 * counted. Thread-safe.
 */
public final class SuiteOpening {

    static final String MODE = "apex.pgjdbc.mode";
    static final String COUNTED = "opened: ";

    private static final int MANAGERS = 12;
    private static final int SIZE = 8;
    private static final Set<String> ELSEWHERE =
            Set.of("user", "password", "PGHOST", "PGPORT", "PGDBNAME", "sslpassword");
    private static final AtomicInteger GUARDED = new AtomicInteger();
    private static final AtomicInteger RAW = new AtomicInteger();
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Map<String, Integer> REASONS = new TreeMap<>();

    @GuardedBy("SuiteOpening.class")
    private static final Map<String, DatabaseManager> OPEN = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("SuiteOpening.class")
    private static final Map<String, HikariDataSource> POOLS = new HashMap<>();

    /** Of the latest guarded connection; null as long as there was none. */
    private static volatile @Nullable String latestAddress;

    static {
        // Some tests look for its loggers, which it makes when it is first asked to connect.
        DriverManager.getDrivers();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () ->
                                        System.out.println(
                                                COUNTED
                                                        + GUARDED
                                                        + " guarded, "
                                                        + RAW
                                                        + " raw "
                                                        + REASONS)));
    }

    private SuiteOpening() {}

    /** Opens a connection as the suite asks for it. */
    public static Connection open(String url, Properties given) throws SQLException {
        String mode = System.getProperty(MODE);
        if (mode.equals(SuiteRun.RAW)) {
            RAW.incrementAndGet();
            return DriverManager.getConnection(url, given);
        }
        if (mode.equals(SuiteRun.POOLED)) {
            RAW.incrementAndGet();
            return pooled(url, given);
        }
        DatabaseManager db;
        try {
            db = manager(url, given);
        } catch (InvalidDatabaseConfigException e) {
            RAW.incrementAndGet();
            count(e);
            return DriverManager.getConnection(url, given);
        } catch (DatabaseUnavailableException e) {
            throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
        }
        GUARDED.incrementAndGet();
        if (isNewEachTime()) {
            db.refreshConnections();
        }
        return db.asDataSource().getConnection();
    }

    /** What a cast of a test is replaced by; for a raw object it is that cast. */
    public static <T> T driversOwn(Wrapper object, Class<T> type) {
        try {
            return object.unwrap(type);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What reflection of a test looks at. */
    public static Object driversOwn(Object statementOrRows) {
        return statementOrRows instanceof ResultSet rows
                ? driversOwn(rows, PgResultSet.class)
                : driversOwn((Statement) statementOrRows, PgStatement.class);
    }

    /**
     * The address with which the latest connection was opened, where the suite asks for its own.
     */
    public static String address(String url) {
        return latestAddress == null ? url : latestAddress;
    }

    private static synchronized void count(InvalidDatabaseConfigException refused) {
        refused.problems().forEach(p -> REASONS.merge(p.field(), 1, Integer::sum));
    }

    private static synchronized DatabaseManager manager(String url, Properties given) {
        Map<String, String> parameters = parameters(url, given);
        String user = String.valueOf(given.getProperty("user"));
        String key = place(url) + user + given.getProperty("password") + parameters;
        DatabaseUrl address = databaseUrl(url, user, parameters);
        DatabaseManager known = OPEN.get(key);
        if (known == null || isNewEachTime()) {
            makeRoom(isNewEachTime() ? 1 : MANAGERS, known);
        }
        if (known == null) {
            known = DatabaseManager.start(config(address, user, given));
            OPEN.put(key, known);
        }
        latestAddress = address.jdbcUrlOf(address.endpoints().getFirst());
        return known;
    }

    /**
     * Of a plain pool as large as ours. What tests do not close nobody takes back there: when
     * nothing is left, the pool is replaced.
     */
    private static synchronized Connection pooled(String url, Properties given)
            throws SQLException {
        String key = url + given;
        HikariDataSource pool = POOLS.computeIfAbsent(key, _ -> pool(url, given));
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException e) {
            if (e.getCause() instanceof SQLException refused) {
                throw refused;
            }
            POOLS.remove(key);
            pool.close();
            HikariDataSource next = pool(url, given);
            POOLS.put(key, next);
            return next.getConnection();
        }
    }

    private static HikariDataSource pool(String url, Properties given) {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        given.stringPropertyNames()
                .forEach(name -> pool.addDataSourceProperty(name, given.getProperty(name)));
        pool.setMaximumPoolSize(SIZE);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(10_000);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(2_000);
        return pool;
    }

    private static boolean isNewEachTime() {
        return SuiteRun.GUARDED.equals(System.getProperty(MODE));
    }

    /** Closes managers of which nothing is lent, until there is room below {@code most}. */
    @SuppressWarnings("ReferenceEquality") // the very manager that is wanted now
    @GuardedBy("SuiteOpening.class")
    private static void makeRoom(int most, @Nullable DatabaseManager kept) {
        Iterator<DatabaseManager> eldest = OPEN.values().iterator();
        while (OPEN.size() >= most && eldest.hasNext()) {
            DatabaseManager each = eldest.next();
            if (each != kept && each.snapshot().inUse() == 0) {
                eldest.remove();
                each.close();
            }
        }
    }

    private static DatabaseConfig config(DatabaseUrl address, String user, Properties given) {
        return DatabaseConfig.builder("suite-" + NUMBERS.incrementAndGet(), Tier.TEST)
                .url(address)
                .credentials(
                        CredentialsSource.of(user, String.valueOf(given.getProperty("password"))))
                .pool(PoolBounds.exactly(SIZE))
                .admission(AdmissionPolicy.standard().withReserve(0))
                .limits(
                        TimeLimits.forTier(Tier.TEST)
                                .withQueueWait(Duration.ofSeconds(40))
                                // Some tests of the suite close nothing.
                                .withLeak(Duration.ofSeconds(20)))
                .startPolicy(StartPolicy.REQUIRED)
                .allowUnwrap(true)
                .build();
    }

    private static DatabaseUrl databaseUrl(
            String url, String user, Map<String, String> parameters) {
        String[] place = place(url).split("[:/]", 3);
        DatabaseUrlBuilder builder =
                DatabaseUrlBuilder.forTier(Tier.TEST)
                        .hosts(place[0])
                        .port(Integer.parseInt(place[1]))
                        .database(place[2])
                        .user(user)
                        .sslMode("disable");
        parameters.forEach(builder::parameter);
        return builder.build();
    }

    /** {@code host:port/database}. */
    private static String place(String url) {
        return url.substring("jdbc:postgresql://".length(), url.indexOf('?'));
    }

    /** The driver's parameters of the address and of the test. */
    private static Map<String, String> parameters(String url, Properties given) {
        Map<String, String> all = new TreeMap<>();
        for (String each : url.substring(url.indexOf('?') + 1).split("&", -1)) {
            String[] pair = each.split("=", 2);
            all.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        for (String name : given.stringPropertyNames()) {
            boolean takenByDriver = PGProperty.forName(name) != null || name.startsWith("x-");
            if (takenByDriver && !ELSEWHERE.contains(name)) {
                all.put(name, String.valueOf(given.getProperty(name)));
            }
        }
        // The driver's default, which is not a manager's; tests look for what errors tell.
        all.putIfAbsent(PGProperty.LOG_SERVER_ERROR_DETAIL.getName(), "true");
        // The server's default: asked for by every privileged connection, without effect.
        all.remove("options", "-c synchronous_commit=on");
        return all;
    }
}
