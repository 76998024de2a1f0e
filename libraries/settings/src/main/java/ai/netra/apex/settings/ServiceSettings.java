package ai.netra.apex.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Everything one service can be told: its settings, the rules between them, and keys that are gone.
 * Plain immutable data, so that a test, a command and the generated reference can see it without
 * starting the service.
 */
public final class ServiceSettings {
    /** The one key that all services share. */
    public static final Setting<Tier> TIER =
            Setting.enumeration("APEX_TIER", Tier.class)
                    .describedAs("Where the process runs; decides defaults and what is refused.");

    private final String service;
    private final String prefix;
    private final Map<String, Setting<?>> settings;
    private final List<Rule> rules;
    private final Map<String, String> retired;
    private final SecretSourceSettings secretSources;
    private final Setting<Path> configFile;

    private ServiceSettings(
            String service,
            String prefix,
            Collection<? extends Setting<?>> declared,
            List<Rule> rules,
            Map<String, String> retired,
            SecretSourceSettings secretSources,
            Setting<Path> configFile) {
        this.service = service;
        this.prefix = prefix;
        this.rules = List.copyOf(rules);
        this.retired = Map.copyOf(retired);
        this.secretSources = secretSources;
        this.configFile = configFile;
        Map<String, Setting<?>> byKey = new LinkedHashMap<>();
        for (Setting<?> setting : declared) {
            if (!setting.key().startsWith(prefix) && setting != TIER) {
                throw new IllegalArgumentException(
                        setting.key() + " does not start with the service's prefix " + prefix);
            }
            if (byKey.put(setting.key(), setting) != null) {
                throw new IllegalArgumentException(setting.key() + " is declared twice");
            }
        }
        this.settings = java.util.Collections.unmodifiableMap(byKey);
    }

    /**
     * Starts the declaration of a service. {@code APEX_TIER}, {@code <PREFIX>CONFIG_FILE}, {@code
     * <PREFIX>SECRETS_DIR} and the keys of secret stores are declared with it.
     *
     * @param service its name, for example {@code backend}
     * @param prefix what all its keys start with, for example {@code BACKEND_}
     */
    public static ServiceSettings of(String service, String prefix) {
        if (!prefix.matches("[A-Z][A-Z0-9]*_")) {
            throw new IllegalArgumentException("Not a prefix such as BACKEND_: " + prefix);
        }
        SecretSourceSettings secrets = SecretSourceSettings.of(prefix);
        Setting<Path> file =
                Setting.path(prefix + "CONFIG_FILE")
                        .optional()
                        .describedAs("File of KEY=VALUE lines; the same as --config.");
        List<Setting<?>> common = new ArrayList<>(List.of(TIER, file));
        common.addAll(secrets.all());
        return new ServiceSettings(
                service, prefix, common, secrets.rules(), Map.of(), secrets, file);
    }

    /**
     * Starts the declaration of a program in another language that is told everything in its
     * environment: it has a tier no more than secrets or a file. It cannot be loaded here; it
     * judges by the schema that is generated from the declaration.
     */
    public static ServiceSettings ofProgram(String service, String prefix) {
        ServiceSettings common = of(service, prefix);
        return new ServiceSettings(
                service,
                prefix,
                List.of(),
                List.of(),
                Map.of(),
                common.secretSources,
                common.configFile);
    }

    /** Adds settings. */
    public ServiceSettings with(Setting<?>... more) {
        return with(Arrays.asList(more));
    }

    /** Adds settings. */
    public ServiceSettings with(Collection<? extends Setting<?>> more) {
        List<Setting<?>> all = new ArrayList<>(settings.values());
        all.addAll(more);
        return copy(all, rules, retired);
    }

    /** Adds rules between settings. */
    public ServiceSettings where(Rule... more) {
        List<Rule> all = new ArrayList<>(rules);
        all.addAll(Arrays.asList(more));
        return copy(settings.values(), all, retired);
    }

    /**
     * Declares a key that is gone.
     *
     * @param instead what to do, a sentence
     */
    public ServiceSettings retired(String key, String instead) {
        Map<String, String> all = new LinkedHashMap<>(retired);
        all.put(key, instead);
        return copy(settings.values(), rules, all);
    }

    /** Adds a part that several services declare alike. */
    public ServiceSettings and(UnaryOperator<ServiceSettings> part) {
        return part.apply(this);
    }

    private ServiceSettings copy(
            Collection<? extends Setting<?>> newSettings,
            List<Rule> newRules,
            Map<String, String> newRetired) {
        return new ServiceSettings(
                service, prefix, newSettings, newRules, newRetired, secretSources, configFile);
    }

    /** The service's name. */
    public String service() {
        return service;
    }

    /** What its keys start with. */
    public String prefix() {
        return prefix;
    }

    /** Its settings in the order of their declaration. */
    public List<Setting<?>> settings() {
        return List.copyOf(settings.values());
    }

    /** The setting with a key. */
    public Optional<Setting<?>> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /** The keys of its settings, in the order of their declaration. */
    public Set<String> keys() {
        return settings.keySet();
    }

    /** The rules between its settings. */
    public List<Rule> rules() {
        return rules;
    }

    /** Keys that are gone, with what to do instead. */
    public Map<String, String> retiredKeys() {
        return retired;
    }

    /** The setting that names its directory of secrets. */
    public Setting<Path> secretsDirectory() {
        return secretSources.directory();
    }

    /** The setting that names its file. */
    public Setting<Path> configFile() {
        return configFile;
    }

    /**
     * The name of a secret's file: the key without the prefix, in lower case, with hyphens. {@code
     * BACKEND_DATABASE_PASSWORD} is in {@code database-password}.
     */
    public String secretFileName(Setting<?> setting) {
        return setting.key()
                .substring(prefix.length())
                .toLowerCase(java.util.Locale.ROOT)
                .replace('_', '-');
    }

    SecretSourceSettings secretSources() {
        return secretSources;
    }

    Set<String> everyKnownKey() {
        Set<String> known = new LinkedHashSet<>(settings.keySet());
        known.addAll(retired.keySet());
        settings.values().forEach(setting -> known.addAll(setting.formerKeys()));
        settings.values().stream()
                .filter(Setting::isSecret)
                .forEach(setting -> known.add(setting.key() + IsolatedEnvironment.REFERENCE));
        return known;
    }
}
