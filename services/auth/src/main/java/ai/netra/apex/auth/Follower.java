package ai.netra.apex.auth;

import ai.netra.apex.auth.client.ServiceClients;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.token.SigningKeys;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells those of a newer configuration who do not ask for the one in force by themselves.
 * Thread-safe.
 */
final class Follower {

    private final Supplier<AuthConfig> config;
    private final SigningKeys keys;
    private final ServiceClients clients;
    private final AuthDatabaseManager database;

    @GuardedBy("this")
    private AuthConfig last;

    /**
     * @param started the configuration that the service was started with
     */
    Follower(
            Supplier<AuthConfig> config,
            AuthConfig started,
            SigningKeys keys,
            ServiceClients clients,
            AuthDatabaseManager database) {
        this.config = config;
        this.last = started;
        this.keys = keys;
        this.clients = clients;
        this.database = database;
    }

    /** Follows from now on, and first what changed while the service was starting. */
    void begin(UnifiedConfigManager settings) {
        settings.addTrial(AuthEnvironment.DATABASE::trial);
        for (Setting<?> credential :
                List.of(
                        AuthEnvironment.DATABASE.user(),
                        AuthEnvironment.DATABASE.password(),
                        AuthEnvironment.DATABASE.login())) {
            settings.onChange(credential, _ -> database.refreshConnections());
        }
        settings.onChange((AppConfig _) -> follow());
        follow();
    }

    private synchronized void follow() {
        AuthConfig now = config.get();
        if (!now.equals(last)) {
            keys.replace(now.tokens().keys());
            clients.replace(now.publicKeys());
            now.logs().replace(last.logs());
            database.adjust(now.storage());
            last = now;
        }
    }
}
