package ai.netra.apex.auth;

import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.token.SigningKeys;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.servicekit.ServiceApplication;
import ai.netra.apex.settings.ConfigurationMain;
import ai.netra.apex.settings.Secret;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The auth service: accounts, sessions and tokens. */
public final class AuthService {

    private static final Logger log = LoggerFactory.getLogger(AuthService.class);

    private AuthService() {}

    /** Starts the service, or says why it cannot and ends with a code that is not 0. */
    public static void main(String[] args) {
        var settings = ConfigurationMain.loadOrExit(AuthEnvironment.SETTINGS, args);
        start(AuthConfig.of(settings), Clock.systemUTC());
    }

    static RunningService start(AuthConfig config, Clock clock) {
        SigningKeys keys = keys(config.tokens().signingKeys());
        AuthDatabaseManager database = AuthDatabaseManager.start(config.storage());
        try {
            return ServiceApplication.named("auth")
                    .http(config.http())
                    .bean(AuthConfig.class, config)
                    .bean(Clock.class, clock)
                    .bean(SigningKeys.class, keys)
                    .bean(AuthDatabaseManager.class, database)
                    .configuredBy(AuthConfiguration.class)
                    .start();
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static SigningKeys keys(List<Secret> pems) {
        if (pems.isEmpty()) {
            log.warn("No signing key is configured: access tokens end with this process");
            return SigningKeys.ephemeral();
        }
        return SigningKeys.of(pems);
    }
}
