package ai.netra.apex.backend.config;

import ai.netra.apex.backend.account.AccountConfig;
import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.redis.RedisConfig;
import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.socket.SocketConfig;
import ai.netra.apex.backend.storage.SchemaConfig;
import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.TimeLimits;
import ai.netra.apex.database.config.DatabaseSettings;
import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.servicekit.HttpServerConfig;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes the typed records of the settings. */
public final class BackendBinding {

    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_CACHED_TOKENS = 50_000;
    private static final int BURST = 5;
    private static final Duration REVOCATION_POLL = Duration.ofSeconds(2);

    private BackendBinding() {}

    /** The service's configuration, which changes with each reload. */
    public static Supplier<BackendConfig> live(UnifiedConfigManager manager) {
        return manager.view(settings -> of(manager, settings));
    }

    /** The records of settings, with the secrets that are in force whenever they are asked for. */
    static BackendConfig of(UnifiedConfigManager manager, AppConfig settings) {
        DatabaseUrl url = url(settings);
        return new BackendConfig(
                http(settings),
                database(manager, settings, url),
                new SchemaConfig(
                        url.format(DatabaseUrl.Format.JDBC),
                        settings.get(BackendSettings.DATABASE_OWNER),
                        LiveSecrets.of(manager, settings, BackendSettings.DATABASE_OWNER_PASSWORD),
                        settings.get(BackendSettings.DATABASE_USER),
                        MarkedDatabase.of(settings, BackendSettings.DATABASE_CLUSTER)),
                new RedisConfig(
                        settings.get(BackendSettings.REDIS_URL).toString(),
                        LiveSecrets.of(manager, settings, BackendSettings.REDIS_PASSWORD),
                        manager.live(BackendSettings.REDIS_COMMAND_TIMEOUT)),
                account(manager, settings),
                new ThreadConfig(
                        settings.get(BackendSettings.THREAD_UNDO),
                        ThreadConfig.defaults().purgeInterval()),
                new MessageConfig(settings.get(BackendSettings.MESSAGE_MAX_CHARACTERS)),
                run(settings),
                socket(settings),
                ModelBinding.models(manager, settings),
                ModelBinding.agent(settings),
                ModelBinding.usage(manager, settings),
                BackendSettings.LOG.of(settings));
    }

    /**
     * What is taken from a newer configuration while the service runs, beside what asks for it by
     * itself.
     *
     * @param started the configuration that the service was started with
     */
    public static void follow(
            UnifiedConfigManager manager,
            Supplier<BackendConfig> config,
            BackendConfig started,
            DatabaseManager database,
            RedisLink redis) {
        manager.addTrial(
                next ->
                        BackendSettings.DATABASE_CREDENTIALS.trial(
                                next, url(next).format(DatabaseUrl.Format.JDBC)));
        manager.addTrial(LiveSecrets.trial(manager, redis));
        for (Setting<?> setting :
                List.of(
                        BackendSettings.DATABASE_USER,
                        BackendSettings.DATABASE_PASSWORD,
                        BackendSettings.DATABASE_LOGIN)) {
            manager.onChange(setting, _ -> database.refreshConnections());
        }
        var follower = new Follower(config, started, database);
        manager.onChange((AppConfig _) -> follower.follow());
        // What changed while the service was starting.
        follower.follow();
    }

    /** Tells those who do not ask for the configuration in force. */
    private static final class Follower {
        private final Supplier<BackendConfig> config;
        private final DatabaseManager database;

        @GuardedBy("this")
        private BackendConfig last;

        private Follower(
                Supplier<BackendConfig> config, BackendConfig started, DatabaseManager database) {
            this.config = config;
            this.last = started;
            this.database = database;
        }

        private synchronized void follow() {
            BackendConfig now = config.get();
            if (!now.equals(last)) {
                now.logs().replace(last.logs());
                DatabaseConfig bounds = now.database();
                database.adjust(bounds.pool(), bounds.limits(), bounds.admission());
                last = now;
            }
        }
    }

    /** The token of administrators, as it is now. */
    public static Optional<Secret> managementToken(AppConfig settings) {
        return settings.find(BackendSettings.MANAGEMENT_TOKEN);
    }

    private static HttpServerConfig http(AppConfig settings) {
        HttpServerConfig usual = HttpServerConfig.loopback(0, 0);
        return new HttpServerConfig(
                settings.get(BackendSettings.BIND_ADDRESS),
                settings.get(BackendSettings.PORT),
                settings.get(BackendSettings.MANAGEMENT_PORT),
                MAX_BODY,
                usual.idleTimeout(),
                settings.get(BackendSettings.RUN_DRAIN),
                settings.tier() != ai.netra.apex.settings.Tier.LOCAL);
    }

    private static DatabaseUrl url(AppConfig settings) {
        DatabaseUrlBuilder builder =
                DatabaseUrlBuilder.forTier(tier(settings))
                        .hosts(
                                settings.get(BackendSettings.DATABASE_HOSTS).stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(",")))
                        .port(settings.get(BackendSettings.DATABASE_PORT))
                        .database(settings.get(BackendSettings.DATABASE_NAME))
                        .user(settings.get(BackendSettings.DATABASE_USER));
        settings.find(BackendSettings.DATABASE_SSLMODE).ifPresent(builder::sslMode);
        return builder.build();
    }

    private static DatabaseConfig database(
            UnifiedConfigManager manager, AppConfig settings, DatabaseUrl url) {
        Tier tier = tier(settings);
        int replicas = settings.get(BackendSettings.REPLICAS);
        PoolBounds usual = PoolBounds.forTier(tier);
        PoolBounds pool =
                settings.find(BackendSettings.DATABASE_POOL)
                        .map(size -> new PoolBounds(usual.minimum(), size, replicas))
                        .orElse(new PoolBounds(usual.minimum(), usual.maximum(), replicas));
        return DatabaseConfig.builder("backend", tier)
                .url(url)
                .connectionCheck(MarkedDatabase.of(settings, BackendSettings.DATABASE_CLUSTER))
                .credentials(() -> BackendSettings.DATABASE_CREDENTIALS.of(manager.current()))
                .pool(pool)
                .admission(
                        DatabaseSettings.admission(
                                settings.get(BackendSettings.DATABASE_USER_SHARE),
                                settings.get(BackendSettings.DATABASE_WAITERS)))
                .limits(
                        TimeLimits.forTier(tier)
                                .withStatement(
                                        settings.get(BackendSettings.DATABASE_STATEMENT_TIMEOUT))
                                .withTransaction(
                                        settings.get(BackendSettings.DATABASE_TRANSACTION_TIMEOUT))
                                .withQueueWait(settings.get(BackendSettings.DATABASE_SESSION_WAIT)))
                .build();
    }

    private static AccountConfig account(UnifiedConfigManager manager, AppConfig settings) {
        Supplier<Secret> key = LiveSecrets.of(manager, settings, BackendSettings.AUTH_PRIVATE_KEY);
        return new AccountConfig(
                settings.get(BackendSettings.AUTH_ISSUER).toString(),
                settings.get(BackendSettings.AUTH_URL),
                "backend",
                key == null ? null : () -> key.get().reveal(),
                MAX_CACHED_TOKENS,
                REVOCATION_POLL);
    }

    private static RunConfig run(AppConfig settings) {
        RunConfig usual = RunConfig.defaults();
        return new RunConfig(
                settings.get(BackendSettings.RUNS_MAX),
                settings.get(BackendSettings.RUNS_QUEUED),
                settings.get(BackendSettings.RUNS_PER_USER),
                settings.get(BackendSettings.RUN_MAX_DURATION),
                usual.coalesce(),
                usual.maxEvents(),
                usual.maxAnswerCharacters(),
                usual.maxToolCharacters(),
                usual.maxAttempts(),
                usual.historyTurns(),
                usual.historyCharacters(),
                settings.get(BackendSettings.RUN_LEASE),
                settings.get(BackendSettings.RUN_HEARTBEAT),
                settings.get(BackendSettings.RUN_EVENTS_KEPT),
                settings.get(BackendSettings.RUN_DRAIN));
    }

    private static SocketConfig socket(AppConfig settings) {
        SocketConfig usual = SocketConfig.defaults();
        int perSecond = settings.get(BackendSettings.SOCKET_FRAMES_PER_SECOND);
        return new SocketConfig(
                usual.maxFrameCharacters(),
                perSecond,
                BURST * perSecond,
                usual.maxSubscriptions(),
                usual.authenticateWithin(),
                usual.pingInterval(),
                usual.silence(),
                usual.sendTimeout(),
                usual.keepAlive());
    }

    private static Tier tier(AppConfig settings) {
        return Tier.valueOf(settings.tier().name());
    }
}
