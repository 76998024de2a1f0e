package ai.netra.apex.settings;

import java.util.Objects;

/**
 * One thing that is wrong with a configuration. No field ever holds a secret's value.
 *
 * @param service the service whose configuration it is
 * @param key the key at fault
 * @param source where the value came from: a file with its line, the environment, a secret file …
 * @param reason what is wrong
 * @param suggestion what to do about it
 */
public record ConfigProblem(
        String service, String key, String source, String reason, String suggestion) {
    public ConfigProblem {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(suggestion, "suggestion");
    }

    /** Where the reference describes the key. */
    public String reference() {
        return "docs/configuration.md#" + key.toLowerCase(java.util.Locale.ROOT);
    }
}
