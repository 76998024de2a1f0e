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

    /** With a database that no other test's backend looks at. */
    static Platform platformApart(String database) {
        Platform shared = platform();
        makeDatabase(POSTGRES, database);
        return new Platform(
                shared.postgresPort(),
                shared.redisUrl(),
                shared.authUrl(),
                shared.authKey(),
                database);
    }

    static Platform platform(EmbeddedRedis redis) {
        return new Platform(POSTGRES.port(), redis.url(), AUTH.url(), AUTH.clientKeyPem());
    }

    private static EmbeddedPostgres startPostgres() {
        EmbeddedPostgres postgres = EmbeddedPostgres.startTemporary();
        makeDatabase(postgres, Platform.DATABASE);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    REDIS.close();
                                    postgres.close();
                                }));
        return postgres;
    }

    private static void makeDatabase(EmbeddedPostgres postgres, String name) {
        postgres.roles()
                .database(name, "apex_owner", Platform.PASSWORD, "apex_backend", Platform.PASSWORD);
    }
}
