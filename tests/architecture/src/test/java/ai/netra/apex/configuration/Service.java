package ai.netra.apex.configuration;

import ai.netra.apex.auth.AuthDeclarations;
import ai.netra.apex.backend.config.BackendBinding;
import ai.netra.apex.backend.config.BackendSettings;
import ai.netra.apex.database.DatabaseUrl;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;

/** One of our services with a valid production configuration of its own, in files and variables. */
final class Service {
    private static final KeyPair KEYS = keyPair();

    final ServiceSettings settings;
    final Path secrets;
    final Path file;
    private final Function<UnifiedConfigManager, String> databaseUrl;

    private Service(
            ServiceSettings settings,
            Path root,
            Function<UnifiedConfigManager, String> databaseUrl,
            Map<String, String> environment) {
        this.settings = settings;
        this.databaseUrl = databaseUrl;
        this.secrets = root.resolve(settings.service() + "-secrets");
        this.file = root.resolve(settings.service() + ".conf");
        write(file, "# nothing yet\n");
        try {
            Files.createDirectory(secrets);
            mode(secrets, "rwx------");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (Setting<?> setting : settings.settings()) {
            // The login stands in for role and password; here it is these two.
            if (setting.isSecret() && !setting.key().endsWith("DATABASE_LOGIN")) {
                secret(settings.secretFileName(setting), plausible(setting));
            }
        }
        environment.put("APEX_TIER", "production");
        environment.put(settings.secretsDirectory().key(), secrets.toString());
        environment.put(settings.configFile().key(), file.toString());
    }

    static Service auth(Path root, Map<String, String> environment) {
        environment.put("AUTH_ISSUER", "https://chat.example.com");
        environment.put("AUTH_DATABASE_HOSTS", "auth-db.internal");
        return new Service(
                AuthDeclarations.SETTINGS, root, AuthDeclarations::databaseUrl, environment);
    }

    static Service backend(Path root, Map<String, String> environment) {
        environment.put("BACKEND_DATABASE_HOSTS", "main-db.internal");
        environment.put("BACKEND_REDIS_URL", "rediss://redis.internal:6379");
        environment.put("BACKEND_AUTH_URL", "https://auth.internal");
        environment.put("BACKEND_AUTH_ISSUER", "https://chat.example.com");
        environment.put("BACKEND_CLICKHOUSE_URL", "https://clickhouse.internal:8443");
        return new Service(
                BackendSettings.SETTINGS,
                root,
                manager ->
                        BackendBinding.live(manager)
                                .get()
                                .database()
                                .url()
                                .format(DatabaseUrl.Format.JDBC),
                environment);
    }

    /** Everything the service makes of an environment and its files, as text. */
    String configuration(Map<String, String> environment) {
        UnifiedConfigManager manager = load(environment);
        return describe(manager.current()) + "\nurl " + databaseUrl.apply(manager);
    }

    UnifiedConfigManager load(Map<String, String> environment) {
        return UnifiedConfigManager.load(settings, ConfigSources.ofEnvironment(environment));
    }

    String describe(AppConfig config) {
        StringBuilder text = new StringBuilder();
        for (Setting<?> setting : settings.settings()) {
            text.append(setting.key())
                    .append(" = ")
                    .append(config.find(setting).map(Service::reveal).orElse("nothing"))
                    .append(" from ")
                    .append(config.origin(setting))
                    .append('\n');
        }
        return text.toString();
    }

    private static String reveal(Object value) {
        return value instanceof Secret secret ? secret.reveal() : value.toString();
    }

    void secret(String name, String value) {
        write(secrets.resolve(name), value);
        mode(secrets.resolve(name), "rw-------");
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void mode(Path path, String permissions) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A value that the setting accepts: a key where it is about keys, else a strong password. */
    private static String plausible(Setting<?> setting) {
        if (setting.key().endsWith("PUBLIC_KEY")) {
            return pem("PUBLIC KEY", KEYS.getPublic().getEncoded());
        }
        if (setting.key().contains("SIGNING_KEY") || setting.key().endsWith("PRIVATE_KEY")) {
            return pem("PRIVATE KEY", KEYS.getPrivate().getEncoded());
        }
        return setting.key() + "-x7!Qw9z";
    }

    private static String pem(String kind, byte[] encoded) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        kind,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded),
                        kind);
    }

    private static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
