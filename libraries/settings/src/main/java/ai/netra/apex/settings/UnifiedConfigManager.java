package ai.netra.apex.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Holds one service's valid configuration. It exists only with a valid one; a reload replaces it as
 * a whole or not at all. There is no global instance: who makes it passes it on. Thread-safe.
 */
public final class UnifiedConfigManager {
    private static final System.Logger LOG = System.getLogger("ai.netra.apex.settings");

    private record Listener(Function<AppConfig, Object> relevant, Consumer<AppConfig> action) {}

    private final ServiceSettings settings;
    private final ConfigSources sources;
    private final InstantSource clock;
    private final ReentrantLock reloading = new ReentrantLock();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Function<AppConfig, List<ConfigProblem>>> trials =
            new CopyOnWriteArrayList<>();
    private final List<ConfigView<?>> views = new CopyOnWriteArrayList<>();
    private final List<Consumer<ConfigEvent>> auditors = new CopyOnWriteArrayList<>();
    private volatile AppConfig current;
    private volatile ConfigLoader.SecretReferences references;

    private UnifiedConfigManager(
            ServiceSettings settings,
            ConfigSources sources,
            InstantSource clock,
            AppConfig current,
            ConfigLoader.SecretReferences references) {
        this.settings = settings;
        this.sources = sources;
        this.clock = clock;
        this.current = current;
        this.references = references;
    }

    /**
     * Reads and validates everything.
     *
     * @throws InvalidConfigurationException with every problem there is
     */
    public static UnifiedConfigManager load(ServiceSettings settings, ConfigSources sources) {
        return load(settings, sources, InstantSource.system());
    }

    /** The same, with a clock for the audit. */
    public static UnifiedConfigManager load(
            ServiceSettings settings, ConfigSources sources, InstantSource clock) {
        ConfigLoader.Loaded loaded = ConfigLoader.load(settings, sources);
        AppConfig config = loaded.config();
        if (config == null) {
            throw new InvalidConfigurationException(loaded.problems());
        }
        return new UnifiedConfigManager(settings, sources, clock, config, loaded.references());
    }

    /** Reads and validates everything and keeps nothing: the problems, none when all is well. */
    public static List<ConfigProblem> check(ServiceSettings settings, ConfigSources sources) {
        return ConfigLoader.load(settings, sources).problems();
    }

    /** The configuration in force. */
    public AppConfig current() {
        return current;
    }

    /** A view of one setting that always gives the value in force: for reloadable settings. */
    public <T> Supplier<T> live(Setting<T> setting) {
        current.find(setting);
        return () -> current.get(setting);
    }

    /**
     * A view of something made of the configuration, for example a service's typed records: made
     * once for each configuration that comes into force, so whoever asks twice has the same object
     * unless there was a reload. All views change at the same moment. A configuration of which it
     * cannot be made is refused.
     *
     * @param make without side effects; must be able to run on several threads
     */
    public <T> Supplier<T> view(Function<AppConfig, T> make) {
        ConfigView<T> view = new ConfigView<>(this::current, make);
        views.add(view);
        return view;
    }

    /** Has a listener told of each new configuration, after it came into force. */
    public void onChange(Consumer<AppConfig> listener) {
        listeners.add(new Listener(config -> config, listener));
    }

    /**
     * Has a listener told of each new value of one setting, after it came into force: of a rotated
     * secret, for example. A listener that fails does not keep others from being told; its failure
     * is in the audit event.
     */
    public <T> void onChange(Setting<T> setting, Consumer<T> listener) {
        current.find(setting);
        listeners.add(
                new Listener(
                        config -> config.find(setting),
                        config -> config.find(setting).ifPresent(listener)));
    }

    /**
     * Has each new configuration tried out before it comes into force, for example by connecting
     * with a new password. If a trial returns problems, or throws, the old configuration stays.
     */
    public void addTrial(Function<AppConfig, List<ConfigProblem>> trial) {
        trials.add(trial);
    }

    /** Has every reload reported, whatever came of it. */
    public void onReload(Consumer<ConfigEvent> auditor) {
        auditors.add(auditor);
    }

    /** The files and directories that the configuration is read from. */
    public List<Path> watchedPaths() {
        List<Path> paths = new ArrayList<>();
        sources.environmentFile().ifPresent(paths::add);
        sources.configFile().or(() -> current.find(settings.configFile())).ifPresent(paths::add);
        current.find(settings.secretsDirectory()).ifPresent(paths::add);
        paths.addAll(references.files());
        return paths;
    }

    /**
     * How often the sources have to be read again although no file changed, since a secret is in a
     * store that does not tell; empty when there is none.
     */
    public Optional<Duration> rereadEvery() {
        return references.remote()
                ? current.find(settings.secretSources().vaultRefresh())
                : Optional.empty();
    }

    /** Reloads on behalf of nobody in particular: see {@link #reload(String)}. */
    public List<ConfigProblem> reload() {
        return reload("unspecified").problems();
    }

    /**
     * Reads the sources again. Either all of the new configuration comes into force, or, when it
     * has a problem, changes a setting that cannot be changed at run time, or fails a trial, none
     * of it.
     *
     * @param trigger who or what asks, for the audit
     */
    public ConfigEvent reload(String trigger) {
        reloading.lock();
        try {
            ConfigEvent event = replace(trigger);
            LOG.log(
                    event.kind() == ConfigEvent.Kind.REFUSED
                            ? System.Logger.Level.WARNING
                            : System.Logger.Level.INFO,
                    "configuration of {0} {1} on {2}: changed {3}, problems with {4}; now {5}",
                    event.service(),
                    event.kind(),
                    event.trigger(),
                    event.changedKeys(),
                    event.problems().stream().map(ConfigProblem::key).distinct().toList(),
                    event.fingerprint());
            auditors.forEach(auditor -> auditor.accept(event));
            return event;
        } finally {
            reloading.unlock();
        }
    }

    private ConfigEvent replace(String trigger) {
        ConfigLoader.Loaded loaded = ConfigLoader.load(settings, sources);
        references = loaded.references();
        AppConfig before = current;
        AppConfig next = loaded.config();
        if (next == null) {
            return event(ConfigEvent.Kind.REFUSED, trigger, List.of(), loaded.problems());
        }
        List<Setting<?>> changed =
                settings.settings().stream()
                        .filter(setting -> !before.find(setting).equals(next.find(setting)))
                        .toList();
        List<String> keys = changed.stream().map(Setting::key).toList();
        if (changed.isEmpty()) {
            return event(ConfigEvent.Kind.UNCHANGED, trigger, keys, List.of());
        }
        List<ConfigProblem> refusals = new ArrayList<>();
        for (Setting<?> setting : changed) {
            if (!setting.isReloadable()) {
                refusals.add(frozen(setting, next));
            }
        }
        if (refusals.isEmpty()) {
            views.forEach(
                    view ->
                            refusals.addAll(
                                    tryOut(
                                            config -> {
                                                view.tryOut(config);
                                                return List.of();
                                            },
                                            next)));
            trials.forEach(trial -> refusals.addAll(tryOut(trial, next)));
        }
        if (!refusals.isEmpty()) {
            return event(ConfigEvent.Kind.REFUSED, trigger, keys, refusals);
        }
        current = next;
        return event(ConfigEvent.Kind.APPLIED, trigger, keys, tellListeners(before, next));
    }

    private List<ConfigProblem> tryOut(
            Function<AppConfig, List<ConfigProblem>> trial, AppConfig next) {
        try {
            return trial.apply(next);
        } catch (RuntimeException e) {
            return List.of(failed("trial", e));
        }
    }

    private List<ConfigProblem> tellListeners(AppConfig before, AppConfig next) {
        List<ConfigProblem> failures = new ArrayList<>();
        for (Listener listener : listeners) {
            if (!listener.relevant().apply(before).equals(listener.relevant().apply(next))) {
                try {
                    listener.action().accept(next);
                } catch (RuntimeException e) {
                    failures.add(failed("listener", e));
                }
            }
        }
        return failures;
    }

    /** The exception's message is left out: it may repeat a secret. */
    private ConfigProblem failed(String what, RuntimeException e) {
        return new ConfigProblem(
                settings.service(),
                "(reload)",
                what,
                "a " + what + " failed with " + e.getClass().getSimpleName(),
                "Look into the service's log.");
    }

    private ConfigProblem frozen(Setting<?> setting, AppConfig next) {
        return new ConfigProblem(
                settings.service(),
                setting.key(),
                next.origin(setting).toString(),
                "cannot be changed while the service runs",
                "Restart the service, or set it back.");
    }

    private ConfigEvent event(
            ConfigEvent.Kind kind,
            String trigger,
            List<String> keys,
            List<ConfigProblem> problems) {
        return new ConfigEvent(
                clock.instant(),
                settings.service(),
                kind,
                trigger,
                keys,
                problems,
                current.fingerprint());
    }
}
