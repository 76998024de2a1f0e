package ai.netra.apex.auth;

import ai.netra.apex.auth.account.AccountConfig;
import ai.netra.apex.auth.database.CleanupConfig;
import ai.netra.apex.auth.database.SchemaConfig;
import ai.netra.apex.auth.database.StorageConfig;
import ai.netra.apex.auth.guard.GuardConfig;
import ai.netra.apex.auth.password.PasswordConfig;
import ai.netra.apex.auth.request.RequestConfig;
import ai.netra.apex.auth.session.SessionConfig;
import ai.netra.apex.auth.token.TokenConfig;
import ai.netra.apex.auth.token.TokenKeys;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.servicekit.HttpServerConfig;
import ai.netra.apex.servicekit.logs.LogLevels;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service's configuration: one immutable record per concern.
 *
 * @param publicKeys the service clients' public keys in PEM, by client
 */
record AuthConfig(
        HttpServerConfig http,
        StorageConfig storage,
        RequestConfig requests,
        TokenConfig tokens,
        Map<String, String> publicKeys,
        SessionConfig sessions,
        PasswordConfig passwords,
        GuardConfig guard,
        AccountConfig accounts,
        CleanupConfig cleanup,
        LogLevels logs) {

    /** How long the token just replaced is still answered with its successor. */
    private static final Duration REFRESH_GRACE = Duration.ofSeconds(10);

    private static final long MAX_BODY_BYTES = 64 * 1024;
    private static final int CLEANUP_BATCH = 1000;

    AuthConfig {
        publicKeys = Map.copyOf(publicKeys);
    }

    /** The records made of validated settings. */
    static AuthConfig of(UnifiedConfigManager manager) {
        return of(manager, manager.current());
    }

    /** The same, made anew with each configuration that comes into force. */
    static Supplier<AuthConfig> live(UnifiedConfigManager manager) {
        return manager.view(config -> of(manager, config));
    }

    private static AuthConfig of(UnifiedConfigManager manager, AppConfig config) {
        return new AuthConfig(
                http(config),
                storage(manager, config),
                new RequestConfig(
                        config.get(AuthEnvironment.ISSUER),
                        Set.copyOf(config.get(AuthEnvironment.TRUSTED_PROXIES)),
                        config.get(AuthEnvironment.ALLOWED_ORIGINS)),
                new TokenConfig(
                        config.get(AuthEnvironment.ISSUER),
                        config.get(AuthEnvironment.ACCESS_TOKEN_LIFE),
                        config.get(AuthEnvironment.SERVICE_TOKEN_LIFE),
                        tokenKeys(config)),
                publicKeys(config),
                new SessionConfig(
                        config.get(AuthEnvironment.SESSION_LIFE),
                        config.get(AuthEnvironment.SESSION_IDLE),
                        REFRESH_GRACE,
                        config.get(AuthEnvironment.SESSIONS_PER_ACCOUNT)),
                passwords(config),
                new GuardConfig(
                        config.get(AuthEnvironment.LOCKOUT_FAILURES),
                        config.get(AuthEnvironment.LOCKOUT_TIME),
                        config.get(AuthEnvironment.LOGINS_PER_MINUTE),
                        config.get(AuthEnvironment.REGISTRATIONS_PER_HOUR)),
                new AccountConfig(!config.tier().isDeployed()),
                new CleanupConfig(
                        config.get(AuthEnvironment.CLEANUP_INTERVAL),
                        CLEANUP_BATCH,
                        config.get(AuthEnvironment.AUDIT_RETENTION)),
                AuthEnvironment.LOG.of(config));
    }

    private static StorageConfig storage(UnifiedConfigManager manager, AppConfig config) {
        if (config.get(AuthEnvironment.FAST_TEST)) {
            return new StorageConfig.InMemory();
        }
        return new StorageConfig.Postgres(
                AuthEnvironment.DATABASE.bind("apex-auth", manager, config),
                new SchemaConfig(
                        AuthEnvironment.DATABASE.url(config).format(DatabaseUrl.Format.JDBC),
                        config.get(AuthEnvironment.DATABASE_OWNER),
                        ownerPassword(manager, config),
                        config.get(AuthEnvironment.DATABASE.user()),
                        AuthEnvironment.DATABASE.mark(config)));
    }

    private static @Nullable Supplier<Secret> ownerPassword(
            UnifiedConfigManager manager, AppConfig config) {
        return config.find(AuthEnvironment.DATABASE_OWNER_PASSWORD).isEmpty()
                ? null
                : manager.live(AuthEnvironment.DATABASE_OWNER_PASSWORD);
    }

    private static HttpServerConfig http(AppConfig config) {
        return new HttpServerConfig(
                config.get(AuthEnvironment.BIND_ADDRESS),
                config.get(AuthEnvironment.PORT),
                config.get(AuthEnvironment.MANAGEMENT_PORT),
                MAX_BODY_BYTES,
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                config.tier().isDeployed());
    }

    /** The keys of tokens, at the start and after each reload. */
    static TokenKeys tokenKeys(AppConfig config) {
        return new TokenKeys(
                config.find(AuthEnvironment.SIGNING_KEY).orElse(null),
                config.find(AuthEnvironment.SIGNING_KEY_NEXT).orElse(null),
                config.find(AuthEnvironment.SIGNING_KEY_PREVIOUS).orElse(null));
    }

    /** The service clients' public keys, at the start and after each reload. */
    static Map<String, String> publicKeys(AppConfig config) {
        return config.find(AuthEnvironment.BACKEND_PUBLIC_KEY)
                .map(key -> Map.of("backend", key.reveal()))
                .orElse(Map.of());
    }

    private static PasswordConfig passwords(AppConfig config) {
        int concurrency =
                config.find(AuthEnvironment.HASHING_CONCURRENCY)
                        .orElseGet(() -> Runtime.getRuntime().availableProcessors());
        return new PasswordConfig(
                config.get(AuthEnvironment.PASSWORD_MEMORY_KIB),
                config.get(AuthEnvironment.PASSWORD_ITERATIONS),
                concurrency,
                config.find(AuthEnvironment.HASHING_QUEUE).orElse(8 * concurrency),
                config.get(AuthEnvironment.HASHING_PATIENCE));
    }
}
