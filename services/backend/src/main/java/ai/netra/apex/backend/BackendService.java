package ai.netra.apex.backend;

import ai.netra.apex.backend.account.AccountConfig;
import ai.netra.apex.backend.account.AccountFeature;
import ai.netra.apex.backend.agent.AgentConfig;
import ai.netra.apex.backend.agent.AgentConfiguration;
import ai.netra.apex.backend.config.BackendBinding;
import ai.netra.apex.backend.config.BackendConfig;
import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.backend.health.HealthFeature;
import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.message.MessageFeature;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.run.RunFeature;
import ai.netra.apex.backend.socket.SocketConfig;
import ai.netra.apex.backend.socket.SocketFeature;
import ai.netra.apex.backend.storage.SchemaKeeper;
import ai.netra.apex.backend.storage.StorageFeature;
import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.backend.thread.ThreadFeature;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.servicekit.ServiceApplication;
import ai.netra.apex.servicekit.ServiceMain;
import ai.netra.apex.settings.ConfigurationMain;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import ai.netra.apex.settings.reload.ConfigWatcher;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend service: what it is made of, and its start. */
public final class BackendService {

    /** What every backend has; who executes runs comes on top. */
    private static final List<Class<?>> FEATURES =
            List.of(
                    StorageFeature.class,
                    AccountFeature.class,
                    ThreadFeature.class,
                    MessageFeature.class,
                    RunFeature.class,
                    SocketFeature.class,
                    HealthFeature.class);

    /** How often the files of the configuration are looked at. */
    private static final Duration CONFIG_LOOKS = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(BackendService.class);

    private BackendService() {}

    /** Starts the service, or says why it cannot and ends with a code that is not 0. */
    public static void main(String[] args) {
        var settings = ConfigurationMain.loadOrExit(BackendSettings.SETTINGS, args);
        ServiceMain.run(
                "backend",
                () -> start(ConfigWatcher.start(settings, CONFIG_LOOKS), AgentConfiguration.class));
    }

    /** Starts the service with {@code executors}, the configuration that executes its runs. */
    static RunningService start(BackendConfig config, Class<?>... executors) {
        return start(() -> config, null, executors);
    }

    /** Starts the service on a watched configuration: it follows what is changed in that. */
    static RunningService start(ConfigWatcher watcher, Class<?>... executors) {
        return start(BackendBinding.live(watcher.manager()), watcher, executors);
    }

    private static RunningService start(
            Supplier<BackendConfig> live, @Nullable ConfigWatcher watcher, Class<?>... executors) {
        BackendConfig config = live.get();
        SchemaKeeper schema = SchemaKeeper.start(config.schema());
        DatabaseManager database = DatabaseManager.start(config.database());
        RedisLink redis = RedisLink.start(config.redis());
        try {
            var application =
                    ServiceApplication.named("backend")
                            .http(config.http())
                            .logLevels(config.logs())
                            .bean(SchemaKeeper.class, schema)
                            .bean(DatabaseManager.class, database)
                            .bean(RedisLink.class, redis)
                            .bean(UuidV7.class, UuidV7.system())
                            .bean(AccountConfig.class, config.account())
                            .live(ThreadConfig.class, () -> live.get().thread())
                            .live(MessageConfig.class, () -> live.get().message())
                            .live(RunConfig.class, () -> live.get().run())
                            .live(SocketConfig.class, () -> live.get().socket())
                            .live(ModelsConfig.class, () -> live.get().models())
                            .live(AgentConfig.class, () -> live.get().agent())
                            .bean(UsageConfig.class, config.usage())
                            .configuredBy(FEATURES.toArray(Class<?>[]::new))
                            .configuredBy(executors);
            if (watcher != null) {
                BackendBinding.follow(watcher.manager(), live, config, database, redis);
                application
                        .bean(ConfigWatcher.class, watcher)
                        .bean(ConfigEndpoint.class, endpoint(watcher));
            }
            RunningService service = application.start();
            log.info("the backend listens on {}:{}", config.http().address(), service.port());
            return service;
        } catch (RuntimeException e) {
            redis.close();
            database.close();
            schema.close();
            throw e;
        }
    }

    private static ConfigEndpoint endpoint(ConfigWatcher watcher) {
        return new ConfigEndpoint(
                watcher, () -> BackendBinding.managementToken(watcher.manager().current()));
    }
}
