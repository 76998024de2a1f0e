package ai.netra.apex.servicekit.health;

import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.reload.ConfigState;
import ai.netra.apex.settings.reload.ConfigWatcher;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether the newest configuration is the one in force. When it is not, an older one is: the
 * service is degraded because of the settings named, and {@code /config} of its management port
 * says what is wrong with them. Thread-safe.
 */
public final class ConfigurationHealth implements DependencyHealth {

    private static final int MAX_KEYS = 5;

    private final ConfigWatcher watcher;

    public ConfigurationHealth(ConfigWatcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public String name() {
        return "configuration";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() {
        ConfigState state = watcher.state();
        if (state == ConfigState.VALID) {
            return "";
        }
        throw new IllegalStateException(
                "the newest configuration was refused, an older one is in force ("
                        + state.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                        + "): "
                        + watcher.problems().stream()
                                .map(ConfigProblem::key)
                                .distinct()
                                .limit(MAX_KEYS)
                                .collect(Collectors.joining(", ")));
    }
}
