package ai.netra.apex.backend;

import ai.netra.apex.backend.account.AccountConfig;
import ai.netra.apex.backend.agent.AgentConfig;
import ai.netra.apex.backend.config.BackendConfig;
import ai.netra.apex.backend.message.MessageConfig;
import ai.netra.apex.backend.model.ModelsConfig;
import ai.netra.apex.backend.redis.RedisConfig;
import ai.netra.apex.backend.run.RunConfig;
import ai.netra.apex.backend.socket.SocketConfig;
import ai.netra.apex.backend.storage.SchemaConfig;
import ai.netra.apex.backend.thread.ThreadConfig;
import ai.netra.apex.backend.usage.UsageConfig;
import ai.netra.apex.database.CredentialsSource;
import ai.netra.apex.database.DatabaseConfig;
import ai.netra.apex.database.DatabaseUrlBuilder;
import ai.netra.apex.database.PoolBounds;
import ai.netra.apex.database.Tier;
import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.servicekit.HttpServerConfig;
import ai.netra.apex.servicekit.logs.LogLevels;
import ai.netra.apex.settings.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the parts of one test platform are, and the configuration of a backend among them.
 *
 * @param authKey the backend's private key in PEM; empty for none
 * @param database the database of its backends
 */
record Platform(int postgresPort, String redisUrl, URI authUrl, String authKey, String database) {

    static final String DATABASE = "apex";
    static final String PASSWORD = "only-for-the-tests-7Kq";

    Platform(int postgresPort, String redisUrl, URI authUrl, String authKey) {
        this(postgresPort, redisUrl, authUrl, authKey, DATABASE);
    }

    /** A configuration with the usual bounds, on free ports. */
    BackendConfig config() {
        return config(5);
    }

    BackendConfig config(int pool) {
        var url =
                DatabaseUrlBuilder.forTier(Tier.TEST)
                        .hosts("127.0.0.1:" + postgresPort)
                        .database(database)
                        .user("apex_backend")
                        .build();
        return new BackendConfig(
                new HttpServerConfig(
                        "127.0.0.1",
                        0,
                        0,
                        1 << 20,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        false),
                DatabaseConfig.builder("backend", Tier.TEST)
                        .url(url)
                        .credentials(CredentialsSource.of("apex_backend", PASSWORD))
                        .pool(PoolBounds.exactly(pool))
                        .build(),
                new SchemaConfig(
                        "jdbc:postgresql://127.0.0.1:" + postgresPort + "/" + database,
                        "apex_owner",
                        () -> Secret.of(PASSWORD),
                        "apex_backend",
                        new MarkedDatabase(
                                ai.netra.apex.settings.Tier.TEST, "backend", Optional.empty())),
                new RedisConfig(redisUrl, null, () -> Duration.ofMillis(500)),
                new AccountConfig(
                        LocalAuth.ISSUER,
                        authUrl,
                        "backend",
                        authKey.isEmpty() ? null : () -> authKey,
                        1_000,
                        Duration.ofMillis(200)),
                ThreadConfig.defaults(),
                MessageConfig.defaults(),
                run(Duration.ofSeconds(2)),
                SocketConfig.defaults(),
                ModelsConfig.guideOnly(),
                AgentConfig.DEFAULT,
                usage(),
                LogLevels.standard());
    }

    /** Usage that stays on disk. */
    static UsageConfig usage() {
        try {
            return new UsageConfig(
                    Files.createTempDirectory("apex-usage"),
                    1 << 20,
                    1 << 16,
                    Duration.ofMillis(100),
                    null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The usual bounds of runs, with a shorter lease. */
    static RunConfig run(Duration lease) {
        return new RunBounds().lease(lease).config();
    }

    static BackendConfig with(BackendConfig config, ThreadConfig thread) {
        return new BackendConfig(
                config.http(),
                config.database(),
                config.schema(),
                config.redis(),
                config.account(),
                thread,
                config.message(),
                config.run(),
                config.socket(),
                config.models(),
                config.agent(),
                config.usage(),
                config.logs());
    }

    static BackendConfig with(BackendConfig config, RunConfig run) {
        return with(config, run, config.socket());
    }

    static BackendConfig with(BackendConfig config, RunConfig run, SocketConfig socket) {
        return new BackendConfig(
                config.http(),
                config.database(),
                config.schema(),
                config.redis(),
                config.account(),
                config.thread(),
                config.message(),
                run,
                socket,
                config.models(),
                config.agent(),
                config.usage(),
                config.logs());
    }
}
