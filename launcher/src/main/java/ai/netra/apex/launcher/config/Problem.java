package ai.netra.apex.launcher.config;

/**
 * Something wrong with a configuration, as a service reports it; never a secret's value.
 *
 * @param service whose configuration
 * @param key the key to blame
 * @param source where the value came from
 * @param reason what is wrong
 * @param suggestion what to do
 * @param reference where the key is described
 */
public record Problem(
        String service,
        String key,
        String source,
        String reason,
        String suggestion,
        String reference) {}
