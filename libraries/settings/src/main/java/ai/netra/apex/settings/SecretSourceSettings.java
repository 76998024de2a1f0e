package ai.netra.apex.settings;

import ai.netra.apex.settings.store.FileSecretStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The settings that say where a service's secrets are; every service has them. */
record SecretSourceSettings(
        Setting<Path> directory,
        Setting<FileSecretStore.Access> access,
        Setting<URI> vaultAddress,
        Setting<Path> vaultTokenFile,
        Setting<String> vaultRole,
        Setting<String> vaultNamespace,
        Setting<Path> vaultAuthorities,
        Setting<Duration> vaultRefresh) {

    static SecretSourceSettings of(String prefix) {
        return new SecretSourceSettings(
                Setting.path(prefix + "SECRETS_DIR")
                        .optional()
                        .describedAs(
                                "Directory with one file per secret: mode 0700, its files 0600."),
                Setting.enumeration(prefix + "SECRETS_ACCESS", FileSecretStore.Access.class)
                        .defaultsTo(FileSecretStore.Access.OWNER)
                        .describedAs(
                                "Who may read secret files: their owner alone, or with mount also"
                                        + " its group, as container platforms mount them."),
                Setting.url(prefix + "VAULT_ADDRESS")
                        .optional()
                        .mustIn(
                                EnumSet.of(Tier.STAGING, Tier.PRODUCTION),
                                "use https, or be an agent on this machine",
                                "Write https://, or name an agent on 127.0.0.1.",
                                url -> Loopback.usesTls(url) || Loopback.isIn(url))
                        .describedAs("HashiCorp Vault, for secrets named by vault: references."),
                Setting.path(prefix + "VAULT_TOKEN_FILE")
                        .optional()
                        .describedAs("File with Vault's token, or with the service account's JWT."),
                Setting.string(prefix + "VAULT_ROLE")
                        .optional()
                        .matching("[A-Za-z0-9_.-]{1,128}", "a role's name")
                        .describedAs(
                                "Role for Vault's Kubernetes auth; without it the file holds a token."),
                Setting.string(prefix + "VAULT_NAMESPACE")
                        .optional()
                        .matching("[A-Za-z0-9_./-]{1,128}", "a namespace's path")
                        .describedAs("Vault's namespace."),
                Setting.path(prefix + "VAULT_CA_FILE")
                        .optional()
                        .describedAs("PEM file of the authorities to trust for Vault."),
                Setting.duration(prefix + "VAULT_REFRESH")
                        .between(Duration.ofSeconds(1), Duration.ofDays(1))
                        .defaultsTo(Duration.ofMinutes(1))
                        .reloadableAtRuntime()
                        .describedAs("How often secrets in Vault are read again."));
    }

    List<Setting<?>> all() {
        return List.of(
                directory,
                access,
                vaultAddress,
                vaultTokenFile,
                vaultRole,
                vaultNamespace,
                vaultAuthorities,
                vaultRefresh);
    }

    List<Rule> rules() {
        return List.of(
                Rule.requires(vaultAddress, vaultTokenFile),
                Rule.requires(vaultTokenFile, vaultAddress),
                Rule.requires(vaultRole, vaultAddress));
    }
}
