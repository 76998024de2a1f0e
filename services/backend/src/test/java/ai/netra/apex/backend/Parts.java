package ai.netra.apex.backend;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.embedded.EmbeddedRedis;

/** The real parts that the tests of one JVM share; those that are killed by a test are its own. */
final class Parts {

    private static final EmbeddedPostgres POSTGRES = startPostgres();
    private static final EmbeddedRedis REDIS = EmbeddedRedis.startTemporary();
    private static final LocalAuth AUTH = new LocalAuth();

    private Parts() {}

    static LocalAuth auth() {
        return AUTH;
    }

    static EmbeddedPostgres postgres() {
        return POSTGRES;
    }

    static Platform platform() {
        return platform(REDIS);
    }

    static Platform platform(EmbeddedRedis redis) {
        return new Platform(POSTGRES.port(), redis.url(), AUTH.url(), AUTH.clientKeyPem());
    }

    private static EmbeddedPostgres startPostgres() {
        EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary();
        postgres.roles()
                .database(
                        Platform.DATABASE,
                        "apex_owner",
                        Platform.PASSWORD,
                        "apex_backend",
                        Platform.PASSWORD);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    REDIS.close();
                                    postgres.close();
                                }));
        return postgres;
    }
}
