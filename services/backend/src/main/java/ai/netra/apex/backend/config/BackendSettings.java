package ai.netra.apex.backend.config;

import ai.netra.apex.backend.account.AccountConfig;
import ai.netra.apex.database.config.DatabaseLogin;
import ai.netra.apex.database.config.DatabaseRules;
import ai.netra.apex.database.config.DatabaseSettings;
import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.servicekit.logs.LogSettings;
import ai.netra.apex.settings.HostAndPort;
import ai.netra.apex.settings.Rule;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import ai.netra.apex.settings.Tier;
import ai.netra.apex.settings.TierDefaults;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The settings of this service. */
public final class BackendSettings {

    static final Setting<String> BIND_ADDRESS =
            Setting.string("BACKEND_BIND_ADDRESS")
                    .defaultsTo("127.0.0.1")
                    .describedAs("Address to listen on.");
    static final Setting<Integer> PORT =
            Setting.integer("BACKEND_PORT")
                    .between(0, 65_535)
                    .defaultsTo(8000)
                    .describedAs("Port to listen on; 0 for any free one.");
    static final Setting<Integer> MANAGEMENT_PORT =
            Setting.integer("BACKEND_MANAGEMENT_PORT")
                    .between(0, 65_535)
                    .defaultsTo(9000)
                    .describedAs("Port of metrics on loopback; 0 for any free one.");

    static final Setting<List<HostAndPort>> DATABASE_HOSTS =
            Setting.listOf("BACKEND_DATABASE_HOSTS", SettingTypes.HOST_AND_PORT)
                    .defaultsTo(Tier.LOCAL, List.of(HostAndPort.parse("127.0.0.1")))
                    .defaultsTo(Tier.TEST, List.of(HostAndPort.parse("127.0.0.1")))
                    .notLoopbackWhenDeployed()
                    .describedAs("Hosts of the main database, one per route.");
    static final Setting<Integer> DATABASE_PORT =
            Setting.integer("BACKEND_DATABASE_PORT")
                    .between(1, 65_535)
                    .defaultsTo(Tier.LOCAL, 15_432)
                    .defaultsTo(5432)
                    .describedAs("Port of the hosts that name none.");
    static final Setting<String> DATABASE_NAME =
            Setting.string("BACKEND_DATABASE_NAME")
                    .defaultsTo("apex")
                    .describedAs("Name of the database.");
    static final Setting<String> DATABASE_USER =
            Setting.string("BACKEND_DATABASE_USER")
                    .defaultsTo("apex_backend")
                    .reloadableAtRuntime()
                    .describedAs("Role the service works as: rights on rows, none on tables.");
    static final Setting<Secret> DATABASE_PASSWORD =
            Setting.secret("BACKEND_DATABASE_PASSWORD")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its password, taken anew for each connection.");
    static final Setting<Secret> DATABASE_LOGIN = DatabaseLogin.setting("BACKEND_DATABASE_LOGIN");
    static final DatabaseLogin DATABASE_CREDENTIALS =
            new DatabaseLogin(DATABASE_USER, DATABASE_PASSWORD, DATABASE_LOGIN);
    static final Setting<String> DATABASE_OWNER =
            Setting.string("BACKEND_DATABASE_OWNER")
                    .defaultsTo("apex_owner")
                    .describedAs("Role that owns the tables and migrates them at start.");
    static final Setting<Secret> DATABASE_OWNER_PASSWORD =
            Setting.secret("BACKEND_DATABASE_OWNER_PASSWORD")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its password; without it somebody else migrates.");
    static final Setting<String> DATABASE_SSLMODE =
            Setting.string("BACKEND_DATABASE_SSLMODE")
                    .optional()
                    .describedAs("verify-full (deployed), verify-ca, require or disable (local).");
    static final Setting<String> DATABASE_CLUSTER =
            MarkedDatabase.clusterSetting("BACKEND_DATABASE_CLUSTER");
    static final Setting<Integer> DATABASE_POOL =
            Setting.integer("BACKEND_DATABASE_POOL")
                    .between(2, 200)
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Largest pool; by default what the tier and the server allow.");
    static final Setting<Double> DATABASE_USER_SHARE =
            DatabaseSettings.userShare("BACKEND_DATABASE_USER_SHARE");
    static final Setting<Integer> DATABASE_WAITERS =
            DatabaseSettings.waiters("BACKEND_DATABASE_WAITERS");
    static final Setting<Duration> DATABASE_STATEMENT_TIMEOUT =
            TierDefaults.statementTimeout("BACKEND_DATABASE_STATEMENT_TIMEOUT")
                    .reloadableAtRuntime();
    static final Setting<Duration> DATABASE_TRANSACTION_TIMEOUT =
            DatabaseSettings.transactionTimeout("BACKEND_DATABASE_TRANSACTION_TIMEOUT");
    static final Setting<Duration> DATABASE_SESSION_WAIT =
            DatabaseSettings.sessionWait("BACKEND_DATABASE_SESSION_WAIT");
    static final Setting<Integer> REPLICAS =
            Setting.integer("BACKEND_REPLICAS")
                    .between(1, 100)
                    .defaultsTo(1)
                    .reloadableAtRuntime()
                    .describedAs("Instances of this service that share the database.");

    static final Setting<URI> REDIS_URL =
            Setting.url("BACKEND_REDIS_URL")
                    .defaultsTo(Tier.LOCAL, URI.create("redis://127.0.0.1:16379"))
                    .defaultsTo(Tier.TEST, URI.create("redis://127.0.0.1:16379"))
                    .notLoopbackWhenDeployed()
                    .describedAs("Redis: redis://host:port or rediss://host:port.");
    static final Setting<Secret> REDIS_PASSWORD =
            Setting.secret("BACKEND_REDIS_PASSWORD")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Its password, taken anew for each connection.");
    static final Setting<Duration> REDIS_COMMAND_TIMEOUT =
            Setting.duration("BACKEND_REDIS_COMMAND_TIMEOUT")
                    .between(Duration.ofMillis(50), Duration.ofSeconds(10))
                    .defaultsTo(Duration.ofSeconds(1))
                    .reloadableAtRuntime()
                    .describedAs("After this without an answer Redis counts as away.");

    static final Setting<URI> AUTH_URL =
            Setting.url("BACKEND_AUTH_URL")
                    .defaultsTo(Tier.LOCAL, URI.create("http://127.0.0.1:8001"))
                    .defaultsTo(Tier.TEST, URI.create("http://127.0.0.1:8001"))
                    .notLoopbackWhenDeployed()
                    .describedAs("The auth service as reached from here.");
    static final Setting<URI> AUTH_ISSUER =
            Setting.url("BACKEND_AUTH_ISSUER")
                    .defaultsTo(Tier.LOCAL, URI.create("http://127.0.0.1:8080"))
                    .defaultsTo(Tier.TEST, URI.create("http://127.0.0.1:8080"))
                    .describedAs("Public address of the platform: the issuer tokens must have.");
    static final Setting<Secret> AUTH_PRIVATE_KEY =
            Setting.secret("BACKEND_AUTH_PRIVATE_KEY")
                    .optionalIn(Tier.LOCAL, Tier.TEST)
                    .reloadableAtRuntime()
                    .must(
                            "be a P-256 private key in PEM (PKCS#8)",
                            "Make one: openssl genpkey -algorithm EC -pkeyopt"
                                    + " ec_paramgen_curve:P-256",
                            key -> AccountConfig.isKey(key.reveal()))
                    .describedAs(
                            "P-256 private key in PEM (PKCS#8) by which this service is known to"
                                    + " auth; without it revocations are not followed.");

    static final Setting<Secret> MANAGEMENT_TOKEN =
            Setting.secret("BACKEND_MANAGEMENT_TOKEN")
                    .optional()
                    .reloadableAtRuntime()
                    .describedAs("Lets an administrator reload on the management port.");

    static final Setting<Integer> MESSAGE_MAX_CHARACTERS =
            Setting.integer("BACKEND_MESSAGE_MAX_CHARACTERS")
                    .between(100, 200_000)
                    .defaultsTo(32_000)
                    .reloadableAtRuntime()
                    .describedAs("Characters one message may have.");
    static final Setting<Duration> THREAD_UNDO =
            Setting.duration("BACKEND_THREAD_UNDO")
                    .between(Duration.ofSeconds(1), Duration.ofDays(90))
                    .defaultsTo(Duration.ofMinutes(10))
                    .reloadableAtRuntime()
                    .describedAs("How long a deleted thread can be had back.");
    static final Setting<Integer> RUNS_MAX =
            Setting.integer("BACKEND_RUNS_MAX")
                    .between(1, 100_000)
                    .defaultsTo(1_000)
                    .reloadableAtRuntime()
                    .describedAs("Runs one replica executes at once.");
    static final Setting<Integer> RUNS_QUEUED =
            Setting.integer("BACKEND_RUNS_QUEUED")
                    .between(0, 100_000)
                    .defaultsTo(2_000)
                    .reloadableAtRuntime()
                    .describedAs("Runs that may wait, over all replicas.");
    static final Setting<Integer> RUNS_PER_USER =
            Setting.integer("BACKEND_RUNS_PER_USER")
                    .between(1, 100_000)
                    .defaultsTo(100)
                    .reloadableAtRuntime()
                    .describedAs("Runs one person may have open at once.");
    static final Setting<Duration> RUN_MAX_DURATION =
            Setting.duration("BACKEND_RUN_MAX_DURATION")
                    .between(Duration.ofSeconds(1), Duration.ofHours(2))
                    .defaultsTo(Duration.ofMinutes(9))
                    .reloadableAtRuntime()
                    .describedAs("How long one run may take.");
    static final Setting<Duration> RUN_LEASE =
            Setting.duration("BACKEND_RUN_LEASE")
                    .between(Duration.ofSeconds(1), Duration.ofMinutes(5))
                    .defaultsTo(Duration.ofSeconds(5))
                    .describedAs("A replica silent for this long loses its runs to another.");
    static final Setting<Duration> RUN_HEARTBEAT =
            Setting.duration("BACKEND_RUN_HEARTBEAT")
                    .between(Duration.ofMillis(100), Duration.ofMinutes(1))
                    .defaultsTo(Duration.ofSeconds(1))
                    .describedAs("How often the lease is renewed and open runs are looked at.");
    static final Setting<Duration> RUN_EVENTS_KEPT =
            Setting.duration("BACKEND_RUN_EVENTS_KEPT")
                    .between(Duration.ofSeconds(1), Duration.ofDays(7))
                    .defaultsTo(Duration.ofHours(1))
                    .reloadableAtRuntime()
                    .describedAs("How long Redis keeps a run's events after the last one.");
    static final Setting<Duration> RUN_DRAIN =
            Setting.duration("BACKEND_RUN_DRAIN")
                    .between(Duration.ZERO, Duration.ofMinutes(10))
                    .defaultsTo(Duration.ofSeconds(10))
                    .describedAs("How long running runs may go on when the service stops.");
    static final Setting<Integer> SOCKET_FRAMES_PER_SECOND =
            Setting.integer("BACKEND_SOCKET_FRAMES_PER_SECOND")
                    .between(1, 10_000)
                    .defaultsTo(20)
                    .reloadableAtRuntime()
                    .describedAs(
                            "Frames a WebSocket client may send on average; five times at once.");

    static final LogSettings LOG = LogSettings.of("BACKEND_");

    /** All of them. */
    public static final ServiceSettings SETTINGS =
            ServiceSettings.of("backend", "BACKEND_")
                    .with(
                            BIND_ADDRESS,
                            PORT,
                            MANAGEMENT_PORT,
                            DATABASE_HOSTS,
                            DATABASE_PORT,
                            DATABASE_NAME,
                            DATABASE_USER,
                            DATABASE_PASSWORD,
                            DATABASE_LOGIN,
                            DATABASE_OWNER,
                            DATABASE_OWNER_PASSWORD,
                            DATABASE_SSLMODE,
                            DATABASE_CLUSTER,
                            DATABASE_POOL,
                            DATABASE_USER_SHARE,
                            DATABASE_WAITERS,
                            DATABASE_STATEMENT_TIMEOUT,
                            DATABASE_TRANSACTION_TIMEOUT,
                            DATABASE_SESSION_WAIT,
                            REPLICAS,
                            REDIS_URL,
                            REDIS_PASSWORD,
                            REDIS_COMMAND_TIMEOUT,
                            AUTH_URL,
                            AUTH_ISSUER,
                            AUTH_PRIVATE_KEY,
                            MANAGEMENT_TOKEN)
                    .with(
                            MESSAGE_MAX_CHARACTERS,
                            THREAD_UNDO,
                            RUNS_MAX,
                            RUNS_QUEUED,
                            RUNS_PER_USER,
                            RUN_MAX_DURATION,
                            RUN_LEASE,
                            RUN_HEARTBEAT,
                            RUN_EVENTS_KEPT,
                            RUN_DRAIN,
                            SOCKET_FRAMES_PER_SECOND)
                    .and(LOG::declare)
                    .and(ModelSettings::declare)
                    .where(
                            DatabaseRules.address(
                                    DATABASE_HOSTS,
                                    DATABASE_PORT,
                                    DATABASE_NAME,
                                    DATABASE_USER,
                                    DATABASE_SSLMODE))
                    .where(DATABASE_CREDENTIALS.given(), DATABASE_CREDENTIALS.notBoth())
                    .where(
                            Rule.ladder(
                                    List.of(
                                            RUN_MAX_DURATION,
                                            DATABASE_TRANSACTION_TIMEOUT,
                                            DATABASE_STATEMENT_TIMEOUT)))
                    .where(Rule.shorter(DATABASE_SESSION_WAIT, DATABASE_TRANSACTION_TIMEOUT))
                    .where(Rule.shorter(RUN_HEARTBEAT, RUN_LEASE));

    private BackendSettings() {}
}
