package ai.netra.apex.auth;

import ai.netra.apex.auth.account.RoleGrant;
import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.client.ServiceClients;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.token.SigningKeys;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.servicekit.ServiceApplication;
import ai.netra.apex.servicekit.ServiceMain;
import ai.netra.apex.settings.ConfigurationMain;
import ai.netra.apex.settings.reload.ConfigEndpoint;
import ai.netra.apex.settings.reload.ConfigWatcher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The auth service: accounts, sessions and tokens. */
public final class AuthService {

    private static final Logger log = LoggerFactory.getLogger(AuthService.class);

    private static final String GRANT = "--grant-admin";

    /** How often the files of the configuration are looked at. */
    private static final Duration CONFIG_LOOKS = Duration.ofSeconds(2);

    private AuthService() {}

    /**
     * Starts the service, or says why it cannot and ends with a code that is not 0. With {@code
     * --grant-admin ADDRESS} first, it makes that account an administrator and ends.
     */
    public static void main(String[] args) {
        boolean grant = args.length >= 2 && args[0].equals(GRANT);
        String[] options = grant ? Arrays.copyOfRange(args, 2, args.length) : args;
        var settings = ConfigurationMain.loadOrExit(AuthEnvironment.SETTINGS, options);
        if (grant) {
            ServiceMain.end("auth", () -> grantAdministrator(AuthConfig.of(settings), args[1]));
        }
        ServiceMain.run(
                "auth",
                () -> start(ConfigWatcher.start(settings, CONFIG_LOOKS), Clock.systemUTC()));
    }

    private static int grantAdministrator(AuthConfig config, String email) {
        Clock clock = Clock.systemUTC();
        try (var database = AuthDatabaseManager.start(config.storage())) {
            var audit = new AuditLog(UuidV7.system(), new SimpleMeterRegistry());
            boolean granted = new RoleGrant(database, audit, clock).administrator(email);
            System.out.println(
                    granted
                            ? email + " is an administrator from the next refresh on."
                            : "There is no account with the address " + email + ".");
            return granted ? 0 : 1;
        }
    }

    static RunningService start(AuthConfig config, Clock clock) {
        return start(() -> config, clock, null);
    }

    /** Starts the service on a watched configuration: it follows what is changed in that. */
    static RunningService start(ConfigWatcher watcher, Clock clock) {
        return start(AuthConfig.live(watcher.manager()), clock, watcher);
    }

    private static RunningService start(
            Supplier<AuthConfig> live, Clock clock, @Nullable ConfigWatcher watcher) {
        AuthConfig config = live.get();
        var keys = new SigningKeys(config.tokens().keys(), config.tokens().longestLife(), clock);
        if (config.tokens().keys().signing() == null) {
            log.warn("No signing key is configured: access tokens end with this process");
        }
        var clients = new ServiceClients(config.publicKeys());
        AuthDatabaseManager database = AuthDatabaseManager.start(config.storage());
        try {
            var service =
                    ServiceApplication.named("auth")
                            .http(config.http())
                            .logLevels(config.logs())
                            .live(AuthConfig.class, live)
                            .bean(Clock.class, clock)
                            .bean(SigningKeys.class, keys)
                            .bean(ServiceClients.class, clients)
                            .bean(AuthDatabaseManager.class, database)
                            .configuredBy(AuthConfiguration.class);
            if (watcher != null) {
                var follower = new Follower(live, config, keys, clients, database);
                follower.begin(watcher.manager());
                service.bean(ConfigWatcher.class, watcher)
                        .bean(ConfigEndpoint.class, endpoint(watcher));
            }
            return service.start();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static ConfigEndpoint endpoint(ConfigWatcher watcher) {
        return new ConfigEndpoint(
                watcher, () -> watcher.manager().current().find(AuthEnvironment.MANAGEMENT_TOKEN));
    }
}
