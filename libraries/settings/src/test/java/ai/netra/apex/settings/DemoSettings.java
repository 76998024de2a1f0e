package ai.netra.apex.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The settings of a service with one of everything, for the tests. */
final class DemoSettings {
    enum SslMode {
        DISABLE,
        REQUIRE,
        VERIFY_FULL
    }

    static final Setting<Integer> PORT =
            Setting.integer("DEMO_PORT")
                    .between(1, 65_535)
                    .defaultsTo(8000)
                    .describedAs("Port of the HTTP server.");
    static final Setting<Integer> MANAGEMENT_PORT =
            Setting.integer("DEMO_MANAGEMENT_PORT").between(1, 65_535).defaultsTo(9000);
    static final Setting<Long> SEED = Setting.longInteger("DEMO_SEED").defaultsTo(1L);
    static final Setting<Double> SAMPLING =
            Setting.decimal("DEMO_SAMPLING")
                    .between(0.0, 1.0)
                    .defaultsTo(0.1)
                    .reloadableAtRuntime();
    static final Setting<Boolean> FAST_TEST = Setting.bool("DEMO_FAST_TEST").defaultsTo(false);
    static final Setting<Boolean> SECURE_COOKIES =
            TierDefaults.onWhenDeployed("DEMO_SECURE_COOKIES")
                    .mustIn(
                            java.util.Set.of(Tier.STAGING, Tier.PRODUCTION),
                            "be true in staging or production",
                            "Take it out.",
                            on -> on);
    static final Setting<List<HostAndPort>> DATABASE_HOSTS =
            Setting.listOf("DEMO_DATABASE_HOSTS", SettingTypes.HOST_AND_PORT)
                    .defaultsTo(Tier.LOCAL, List.of(HostAndPort.of("127.0.0.1", 15_432)))
                    .notLoopbackWhenDeployed();
    static final Setting<SslMode> SSL_MODE =
            Setting.enumeration("DEMO_DATABASE_SSLMODE", SslMode.class)
                    .defaultsTo(Tier.LOCAL, SslMode.DISABLE)
                    .defaultsTo(SslMode.VERIFY_FULL)
                    .mustIn(
                            java.util.Set.of(Tier.STAGING, Tier.PRODUCTION),
                            "be verify-full in staging or production",
                            "Write verify-full.",
                            mode -> mode == SslMode.VERIFY_FULL);
    static final Setting<Integer> POOL =
            Setting.integer("DEMO_DATABASE_POOL_SIZE").between(2, 200).defaultsTo(20);
    static final Setting<Integer> PER_USER =
            Setting.integer("DEMO_DATABASE_SESSIONS_PER_USER").between(1, 200).defaultsTo(8);
    static final Setting<Secret> DATABASE_PASSWORD =
            Setting.secret("DEMO_DATABASE_PASSWORD").optionalIn(Tier.LOCAL).reloadableAtRuntime();
    static final Setting<Secret> SIGNING_KEY =
            Setting.secret("DEMO_SIGNING_KEY").optional().reloadableAtRuntime();
    static final Setting<URI> REDIS_URL =
            Setting.url("DEMO_REDIS_URL")
                    .defaultsTo(Tier.LOCAL, URI.create("redis://127.0.0.1:16379"))
                    .notLoopbackWhenDeployed()
                    .encryptedWhenDeployed();
    static final Setting<URI> WEBHOOK_URL = Setting.url("DEMO_WEBHOOK_URL").optional();
    static final Setting<Secret> WEBHOOK_SECRET =
            Setting.secret("DEMO_WEBHOOK_SECRET").optional().reloadableAtRuntime();
    static final Setting<Path> DATA_DIRECTORY = Setting.path("DEMO_DATA_DIR").optional();
    static final Setting<DataSize> BODY_LIMIT =
            Setting.dataSize("DEMO_BODY_LIMIT")
                    .between(DataSize.ofKibibytes(1), DataSize.ofMebibytes(100))
                    .defaultsTo(DataSize.ofMebibytes(10))
                    .reloadableAtRuntime();
    static final Setting<String> REGION =
            Setting.string("DEMO_REGION").matching("[a-z]{2}-[a-z]+-\\d", "a region").optional();
    static final Setting<Boolean> MODELS = Setting.bool("DEMO_MODELS").defaultsTo(false);
    static final Setting<String> MODEL_NAME = Setting.string("DEMO_MODEL_NAME").optional();
    static final Setting<Duration> REQUEST_TIMEOUT =
            TierDefaults.requestTimeout("DEMO_REQUEST_TIMEOUT");
    static final Setting<Duration> POOL_WAIT =
            Setting.duration("DEMO_POOL_WAIT")
                    .between(Duration.ofMillis(10), Duration.ofMinutes(5))
                    .defaultsTo(Duration.ofMinutes(1))
                    .reloadableAtRuntime();
    static final Setting<Duration> STATEMENT_TIMEOUT =
            TierDefaults.statementTimeout("DEMO_STATEMENT_TIMEOUT")
                    .renamedFrom("DEMO_QUERY_TIMEOUT");
    static final Setting<Duration> CONNECT_TIMEOUT =
            TierDefaults.connectTimeout("DEMO_CONNECT_TIMEOUT");
    static final Setting<Integer> CONNECT_RETRIES =
            TierDefaults.connectRetries("DEMO_CONNECT_RETRIES");
    static final Setting<Duration> INFRASTRUCTURE_DELAY =
            TierDefaults.infrastructureDelay("DEMO_INFRASTRUCTURE_DELAY");

    static final ServiceSettings SETTINGS =
            ServiceSettings.of("demo", "DEMO_")
                    .with(PORT, MANAGEMENT_PORT, SEED, SAMPLING, FAST_TEST, SECURE_COOKIES)
                    .with(DATABASE_HOSTS, SSL_MODE, POOL, PER_USER, DATABASE_PASSWORD, SIGNING_KEY)
                    .with(REDIS_URL, WEBHOOK_URL, WEBHOOK_SECRET, DATA_DIRECTORY, BODY_LIMIT)
                    .with(REGION, MODELS, MODEL_NAME, REQUEST_TIMEOUT, POOL_WAIT)
                    .with(STATEMENT_TIMEOUT, CONNECT_TIMEOUT, CONNECT_RETRIES, INFRASTRUCTURE_DELAY)
                    .where(Rule.ladder(List.of(REQUEST_TIMEOUT, POOL_WAIT, STATEMENT_TIMEOUT)))
                    .where(
                            Rule.atMost(PER_USER, POOL),
                            Rule.different(PORT, MANAGEMENT_PORT),
                            Rule.requires(WEBHOOK_URL, WEBHOOK_SECRET),
                            Rule.requiresWhenOn(MODELS, MODEL_NAME),
                            Rule.onlyIn(FAST_TEST, Tier.TEST),
                            Rule.different(DATABASE_PASSWORD, SIGNING_KEY))
                    .retired("DEMO_WORKERS", "Take it out: threads are virtual.");

    private DemoSettings() {}
}
