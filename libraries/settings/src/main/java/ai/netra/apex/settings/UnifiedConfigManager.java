package ai.netra.apex.settings;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Holds one service's valid configuration. It exists only with a valid one; a reload replaces it as
 * a whole or not at all. There is no global instance: who makes it passes it on. Thread-safe.
 */
public final class UnifiedConfigManager {
    private final ServiceSettings settings;
    private final ConfigSources sources;
    private final ReentrantLock reloading = new ReentrantLock();
    private final List<Consumer<AppConfig>> listeners = new CopyOnWriteArrayList<>();
    private volatile AppConfig current;

    private UnifiedConfigManager(
            ServiceSettings settings, ConfigSources sources, AppConfig current) {
        this.settings = settings;
        this.sources = sources;
        this.current = current;
    }

    /**
     * Reads and validates everything.
     *
     * @throws InvalidConfigurationException with every problem there is
     */
    public static UnifiedConfigManager load(ServiceSettings settings, ConfigSources sources) {
        ConfigLoader.Loaded loaded = ConfigLoader.load(settings, sources);
        AppConfig config = loaded.config();
        if (config == null) {
            throw new InvalidConfigurationException(loaded.problems());
        }
        return new UnifiedConfigManager(settings, sources, config);
    }

    /** Reads and validates everything and keeps nothing: the problems, none when all is well. */
    public static List<ConfigProblem> check(ServiceSettings settings, ConfigSources sources) {
        return ConfigLoader.load(settings, sources).problems();
    }

    /** The configuration in force. */
    public AppConfig current() {
        return current;
    }

    /** Has a listener told of each new configuration, after it came into force. */
    public void onChange(Consumer<AppConfig> listener) {
        listeners.add(listener);
    }

    /**
     * Reads the sources again. Either all of the new configuration comes into force, or, when it
     * has a problem or changes a setting that cannot be changed at run time, none of it.
     *
     * @return the problems; empty when the new configuration is in force
     */
    public List<ConfigProblem> reload() {
        reloading.lock();
        try {
            ConfigLoader.Loaded loaded = ConfigLoader.load(settings, sources);
            AppConfig next = loaded.config();
            if (next == null) {
                return loaded.problems();
            }
            List<ConfigProblem> frozen =
                    settings.settings().stream()
                            .filter(setting -> !setting.isReloadable())
                            .filter(setting -> !current.find(setting).equals(next.find(setting)))
                            .map(
                                    setting ->
                                            new ConfigProblem(
                                                    settings.service(),
                                                    setting.key(),
                                                    next.origin(setting).toString(),
                                                    "cannot be changed while the service runs",
                                                    "Restart the service, or set it back."))
                            .toList();
            if (frozen.isEmpty()) {
                current = next;
                listeners.forEach(listener -> listener.accept(next));
            }
            return frozen;
        } finally {
            reloading.unlock();
        }
    }
}
