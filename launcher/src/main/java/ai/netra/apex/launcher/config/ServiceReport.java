package ai.netra.apex.launcher.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a service makes of its configuration.
 *
 * @param service its name
 * @param tier the tier it would run in
 * @param values each of its settings
 * @param problems what is wrong
 */
public record ServiceReport(
        String service, String tier, List<Value> values, List<Problem> problems) {

    /**
     * One setting.
     *
     * @param service whose
     * @param key its key
     * @param value its value, hidden when secret, empty when there is none
     * @param source where the value came from
     * @param defaultValue its default in the tier, or empty
     * @param type its type
     * @param required whether it must be given in the tier
     * @param secret whether it is a credential
     * @param reloadable whether it can be changed while the service runs
     * @param description what it is for
     */
    public record Value(
            String service,
            String key,
            String value,
            String source,
            @com.fasterxml.jackson.annotation.JsonProperty("default") String defaultValue,
            String type,
            boolean required,
            boolean secret,
            boolean reloadable,
            String description) {}

    /** The value of one key. */
    public Optional<Value> value(String key) {
        return values.stream().filter(value -> value.key().equals(key)).findFirst();
    }

    /** The value of one key as a time; empty when there is none. */
    Optional<Duration> duration(String key) {
        return value(key)
                .map(Value::value)
                .filter(text -> !text.isEmpty())
                .map(ai.netra.apex.settings.SettingTypes.DURATION_TYPE::parse);
    }
}
