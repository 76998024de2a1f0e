package ai.netra.apex.auth;

import ai.netra.apex.auth.database.StorageConfig;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.UnifiedConfigManager;

/** Opens what the auth service keeps to itself to the tests of the whole. */
public final class AuthDeclarations {
    public static final ServiceSettings SETTINGS = AuthEnvironment.SETTINGS;

    private AuthDeclarations() {}

    /** The address the service builds for its database. */
    public static String databaseUrl(UnifiedConfigManager manager) {
        return switch (AuthConfig.of(manager).storage()) {
            case StorageConfig.Postgres postgres ->
                    postgres.database().url().format(DatabaseUrl.Format.JDBC);
            case StorageConfig.InMemory _ -> "memory";
        };
    }
}
