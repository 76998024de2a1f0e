package ai.netra.apex.settings.reload;

import ai.netra.apex.settings.ConfigEvent;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The state machine ConfigError → ConfigRetry → success or FatalConfig. It owns no thread and no
 * clock: whoever drives it says what time it is. Not thread-safe, except for reading its state.
 */
final class ReloadMachine {
    /** A refused configuration is tried again so often, without anybody changing it. */
    static final int MAX_RETRIES = 5;

    private static final Duration FIRST_DELAY = Duration.ofSeconds(2);

    private final UnifiedConfigManager manager;
    private SourceState known;
    private SourceState last;
    private int retries;
    private @Nullable Instant nextRetry;
    private @Nullable Instant nextRead;
    private volatile ConfigState state = ConfigState.VALID;
    private volatile List<ConfigProblem> problems = List.of();

    ReloadMachine(UnifiedConfigManager manager) {
        this.manager = manager;
        this.known = SourceState.of(manager.watchedPaths());
        this.last = known;
    }

    ConfigState state() {
        return state;
    }

    List<ConfigProblem> problems() {
        return problems;
    }

    /**
     * Looks at the files once: reloads when they changed and have been left alone since the last
     * look, so that a file in the middle of being written is not taken, or when a retry is due.
     */
    Optional<ConfigEvent> look(Instant now) {
        SourceState seen = SourceState.of(manager.watchedPaths());
        boolean settled = seen.equals(last);
        last = seen;
        if (!seen.equals(known)) {
            if (!settled) {
                return Optional.empty();
            }
            known = seen;
            retries = 0;
            return Optional.of(reload("file change", now));
        }
        Duration every = manager.rereadEvery().orElse(null);
        Instant read = nextRead;
        if (every == null) {
            nextRead = null;
        } else if (read == null) {
            nextRead = now.plus(every);
        } else if (!now.isBefore(read)) {
            nextRead = now.plus(every);
            retries = 0;
            return Optional.of(reload("secret store", now));
        }
        Instant due = nextRetry;
        if (state == ConfigState.CONFIG_ERROR && due != null && !now.isBefore(due)) {
            retries++;
            state = ConfigState.CONFIG_RETRY;
            return Optional.of(reload("retry " + retries, now));
        }
        return Optional.empty();
    }

    /** Reloads because somebody asked. */
    ConfigEvent ask(String trigger, Instant now) {
        known = SourceState.of(manager.watchedPaths());
        retries = 0;
        return reload(trigger, now);
    }

    private ConfigEvent reload(String trigger, Instant now) {
        if (state != ConfigState.VALID) {
            state = ConfigState.CONFIG_RETRY;
        }
        ConfigEvent event = manager.reload(trigger);
        if (event.kind() != ConfigEvent.Kind.REFUSED) {
            problems = List.of();
            nextRetry = null;
            state = ConfigState.VALID;
        } else {
            problems = event.problems();
            boolean retriesLeft = retries < MAX_RETRIES;
            nextRetry = retriesLeft ? now.plus(FIRST_DELAY.multipliedBy(1L << retries)) : null;
            state = retriesLeft ? ConfigState.CONFIG_ERROR : ConfigState.FATAL_CONFIG;
        }
        return event;
    }
}
