package ai.netra.apex.database.config;

import ai.netra.apex.database.AdmissionPolicy;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.SslMode;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.HostAndPort;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.Tier;
import ai.netra.apex.settings.TierDefaults;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one service's PostgreSQL, under the service's own prefix: {@code
 * BACKEND_DATABASE_HOSTS} and so on. Each service makes its own and shares nothing with another's.
 *
 * <pre>{@code
 * static final DatabaseSettings DATABASE = DatabaseSettings.of("BACKEND_", 15_432, "apex");
 * static final ServiceSettings SETTINGS =
 *         ServiceSettings.of("backend", "BACKEND_").and(DATABASE::declare);
 * DatabaseConfig config = DATABASE.bind("backend", manager);
 * }</pre>
 *
 * @param hosts one for each route
 * @param port of the hosts that name none
 * @param name the database
 * @param user the role the service works as
 * @param password its password, taken anew for each connection
 * @param login role and password in one, in the place of both
 * @param sslMode how connections are encrypted
 * @param cluster the one cluster to use, when it is told
 * @param poolMaximum largest pool
 * @param replicas how many instances share the server
 * @param userShare part of the pool that one user may hold
 * @param waiters how many requests may wait for a session
 * @param sessionWait longest wait for a session
 * @param statementTimeout longest time of a statement
 * @param transactionTimeout longest time of a transaction
 * @param connectTimeout longest wait for one attempt to connect
 */
public record DatabaseSettings(
        Setting<List<HostAndPort>> hosts,
        Setting<Integer> port,
        Setting<String> name,
        Setting<String> user,
        Setting<Secret> password,
        Setting<Secret> login,
        Setting<SslMode> sslMode,
        Setting<String> cluster,
        Setting<Integer> poolMaximum,
        Setting<Integer> replicas,
        Setting<Double> userShare,
        Setting<Integer> waiters,
        Setting<Duration> sessionWait,
        Setting<Duration> statementTimeout,
        Setting<Duration> transactionTimeout,
        Setting<Duration> connectTimeout) {

    private static final AdmissionPolicy STANDARD = AdmissionPolicy.standard();

    /**
     * The settings of a service.
     *
     * @param prefix of the service, for example {@code BACKEND_}
     * @param localPort where its PostgreSQL listens on a developer's machine
     * @param standardName default of the database's and the role's name
     */
    public static DatabaseSettings of(String prefix, int localPort, String standardName) {
        String group = prefix + "DATABASE_";
        Setting<Integer> pool = Setting.integer(group + "POOL_MAXIMUM").between(2, 1000);
        for (Tier tier : Tier.values()) {
            pool = pool.defaultsTo(tier, DatabaseRules.tier(tier).poolCeiling());
        }
        List<HostAndPort> here = List.of(HostAndPort.parse("127.0.0.1"));
        return new DatabaseSettings(
                Setting.listOf(group + "HOSTS", SettingTypes.HOST_AND_PORT)
                        .defaultsTo(Tier.LOCAL, here)
                        .defaultsTo(Tier.TEST, here)
                        .describedAs("Hosts of PostgreSQL, one for each route."),
                Setting.integer(group + "PORT")
                        .between(1, 65_535)
                        .defaultsTo(Tier.LOCAL, localPort)
                        .defaultsTo(5432)
                        .describedAs("Port of the hosts that name none."),
                Setting.string(group + "NAME")
                        .defaultsTo(standardName)
                        .describedAs("Name of the database."),
                Setting.string(group + "USER")
                        .defaultsTo(standardName)
                        .reloadableAtRuntime()
                        .describedAs("Role that the service works as; two can take turns."),
                Setting.secret(group + "PASSWORD")
                        .optional()
                        .reloadableAtRuntime()
                        .describedAs("The role's password."),
                DatabaseLogin.setting(group + "LOGIN"),
                Setting.enumeration(group + "SSLMODE", SslMode.class)
                        .defaultsTo(Tier.LOCAL, SslMode.DISABLE)
                        .defaultsTo(Tier.TEST, SslMode.DISABLE)
                        .defaultsTo(SslMode.VERIFY_FULL)
                        .describedAs("How connections are encrypted and the server is verified."),
                MarkedDatabase.clusterSetting(group + "CLUSTER"),
                pool.reloadableAtRuntime()
                        .describedAs("Largest pool; its size is computed below that."),
                Setting.integer(group + "REPLICAS")
                        .between(1, 1000)
                        .defaultsTo(1)
                        .reloadableAtRuntime()
                        .describedAs("Instances of the service that share the server."),
                userShare(group + "USER_SHARE"),
                waiters(group + "WAITERS"),
                sessionWait(group + "SESSION_WAIT"),
                TierDefaults.statementTimeout(group + "STATEMENT_TIMEOUT").reloadableAtRuntime(),
                transactionTimeout(group + "TRANSACTION_TIMEOUT"),
                TierDefaults.connectTimeout(group + "CONNECT_TIMEOUT"));
    }

    /** The declaration of the part of the pool that one user may hold. */
    public static Setting<Double> userShare(String key) {
        return Setting.decimal(key)
                .between(0.01, 1.0)
                .defaultsTo(STANDARD.userShare())
                .reloadableAtRuntime()
                .describedAs("Part of the pool that one user may hold.");
    }

    /** The declaration of how many requests may wait for a session. */
    public static Setting<Integer> waiters(String key) {
        return Setting.integer(key)
                .between(0, 100_000)
                .defaultsTo(STANDARD.maxWaiters())
                .reloadableAtRuntime()
                .describedAs("Requests that may wait for a session; more are refused at once.");
    }

    /** The declaration of how long a request may wait for a session. */
    public static Setting<Duration> sessionWait(String key) {
        return Setting.duration(key)
                .between(Duration.ofMillis(10), Duration.ofMinutes(5))
                .defaultsTo(Duration.ofSeconds(5))
                .reloadableAtRuntime()
                .describedAs("Longest wait for a session.");
    }

    /** The declaration of how long a transaction may take. */
    public static Setting<Duration> transactionTimeout(String key) {
        return Setting.duration(key)
                .between(Duration.ofMillis(100), Duration.ofMinutes(30))
                .defaultsTo(Duration.ofMinutes(1))
                .reloadableAtRuntime()
                .describedAs("Longest time of one transaction.");
    }

    /** The rules of admission by which a user holds that share and so many wait. */
    public static AdmissionPolicy admission(double share, int waiting) {
        return STANDARD.withUserShare(share)
                .withWaiters(waiting, Math.min(waiting, STANDARD.maxWaitersPerUser()));
    }

    /** Adds the settings and their rules to a service's. */
    public ServiceSettings declare(ServiceSettings service) {
        return declareWithoutCredentials(service).where(credentials().given());
    }

    /** The same for a service that can do without its database, and has a rule of its own. */
    public ServiceSettings declareWithoutCredentials(ServiceSettings service) {
        return service.with(hosts, port, name, user, password, login, sslMode, cluster)
                .with(poolMaximum, replicas, userShare, waiters)
                .with(sessionWait, statementTimeout, transactionTimeout, connectTimeout)
                .where(DatabaseRules.address(hosts, port, name, user, sslMode))
                .where(credentials().notBoth())
                .where(Rule.shorter(statementTimeout, transactionTimeout));
    }

    /** Where the database is. */
    public DatabaseUrl url(AppConfig config) {
        return DatabaseRules.url(
                config.tier(),
                config.get(hosts),
                config.get(port),
                config.get(name),
                config.get(user),
                Optional.of(config.get(sslMode).parameter()));
    }

    /**
     * The configuration of a {@link ai.netra.apex.database.DatabaseManager}. Each new connection
     * signs in with the role and the password then in force, so rotated ones need no restart: two
     * roles take turns, the one not in use gets a new password, and then role and password are
     * changed together.
     */
    public DatabaseConfig bind(String poolName, UnifiedConfigManager manager) {
        return bind(poolName, manager, manager.current());
    }

    /** The same of a configuration that is not in force yet, with the credentials that are. */
    public DatabaseConfig bind(String poolName, UnifiedConfigManager manager, AppConfig config) {
        return bind(poolName, config, () -> credentials().of(manager.current()));
    }

    /** Tries to sign in as a new configuration says; see {@link DatabaseLogin#trial}. */
    public List<ConfigProblem> trial(AppConfig next) {
        return credentials().trial(next, url(next).format(DatabaseUrl.Format.JDBC));
    }

    /** The mark the database must have. */
    public MarkedDatabase mark(AppConfig config) {
        return MarkedDatabase.of(config, cluster);
    }

    /** Who signs in. */
    public DatabaseLogin credentials() {
        return new DatabaseLogin(user, password, login);
    }

    private DatabaseConfig bind(String poolName, AppConfig config, CredentialsSource credentials) {
        ai.netra.apex.database.Tier tier = DatabaseRules.tier(config.tier());
        return DatabaseConfig.builder(poolName, tier)
                .url(url(config))
                .credentials(credentials)
                .connectionCheck(mark(config))
                .pool(new PoolBounds(2, config.get(poolMaximum), config.get(replicas)))
                .admission(admission(config.get(userShare), config.get(waiters)))
                .limits(
                        TimeLimits.forTier(tier)
                                .withStatement(config.get(statementTimeout))
                                .withTransaction(config.get(transactionTimeout))
                                .withQueueWait(config.get(sessionWait))
                                .withConnect(config.get(connectTimeout)))
                .build();
    }
}
