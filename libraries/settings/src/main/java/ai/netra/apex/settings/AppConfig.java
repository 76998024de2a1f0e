package ai.netra.apex.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One service's configuration, whole and valid: what the typed records of its concerns are made
 * from. Immutable; a reload makes a new one.
 */
public final class AppConfig {
    /** A valid value with where it came from; the value is null when an optional one is absent. */
    record Resolved<T>(@Nullable T value, Origin origin) {}

    private final ServiceSettings settings;
    private final Map<String, Resolved<?>> values;
    private final Tier tier;

    AppConfig(ServiceSettings settings, Tier tier, Map<String, Resolved<?>> values) {
        this.settings = settings;
        this.tier = tier;
        this.values = Map.copyOf(values);
    }

    /** The service's name. */
    public String service() {
        return settings.service();
    }

    /** The tier. */
    public Tier tier() {
        return tier;
    }

    /** What was declared. */
    public ServiceSettings settings() {
        return settings;
    }

    /**
     * A value that cannot be absent.
     *
     * @throws IllegalArgumentException if the service did not declare the setting
     * @throws IllegalStateException if it is optional and absent
     */
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        setting.key() + " is optional and not set: use find"));
    }

    /**
     * A value that may be absent.
     *
     * @throws IllegalArgumentException if the service did not declare the setting
     */
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(resolved(setting).value());
    }

    /** Where a value came from. */
    public Origin origin(Setting<?> setting) {
        return resolved(setting).origin();
    }

    boolean isResolved(Setting<?> setting) {
        return values.containsKey(setting.key());
    }

    // A value is stored under the key of the very declaration that parsed it, checked here, so it
    // has
    // the declaration's type.
    @SuppressWarnings("unchecked")
    private <T> Resolved<T> resolved(Setting<T> setting) {
        Resolved<?> found = values.get(setting.key());
        if (found == null || settings.setting(setting.key()).orElse(null) != setting) {
            throw new IllegalArgumentException(
                    setting.key() + " is not declared by service " + settings.service());
        }
        return (Resolved<T>) found;
    }

    /** A value as it would be written; a secret's is hidden. */
    public <T> Optional<String> display(Setting<T> setting) {
        return find(setting)
                .map(value -> setting.isSecret() ? "[secret]" : setting.type().format(value));
    }

    /**
     * A digest (SHA-256, hexadecimal) of every value except secrets: equal exactly when two
     * configurations are equal. It can be shown and compared between replicas.
     */
    public String fingerprint() {
        TreeMap<String, String> sorted = new TreeMap<>();
        for (Setting<?> setting : settings.settings()) {
            display(setting).ifPresent(text -> sorted.put(setting.key(), text));
            if (find(setting).orElse(null) instanceof TextFile file) {
                sorted.put(setting.key(), file.path() + "\n" + file.text());
            }
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(sorted.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** Keys and values, secrets hidden. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(settings.service()).append(" configuration");
        for (Setting<?> setting : settings.settings()) {
            display(setting)
                    .ifPresent(v -> text.append('\n').append(setting.key()).append('=').append(v));
        }
        return text.toString();
    }
}
