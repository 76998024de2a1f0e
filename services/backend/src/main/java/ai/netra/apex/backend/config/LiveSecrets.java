package ai.netra.apex.backend.config;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ConfigProblem;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.UnifiedConfigManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Secrets whose value of the moment is asked for wherever they are used. */
final class LiveSecrets {

    /** What is wired when the service starts, or not: their values may change, not that. */
    private static final List<Setting<Secret>> WIRED =
            List.of(
                    BackendSettings.DATABASE_OWNER_PASSWORD,
                    BackendSettings.REDIS_PASSWORD,
                    BackendSettings.AUTH_PRIVATE_KEY,
                    ModelSettings.CLICKHOUSE_PASSWORD);

    private LiveSecrets() {}

    /** A view of a secret; null when {@code settings} have none. */
    static @Nullable Supplier<Secret> of(
            UnifiedConfigManager manager, AppConfig settings, Setting<Secret> setting) {
        return settings.find(setting).isEmpty() ? null : manager.live(setting);
    }

    /** Refuses secrets that come or go while the service runs, and those that Redis refuses. */
    static Function<AppConfig, List<ConfigProblem>> trial(
            UnifiedConfigManager manager, RedisLink redis) {
        return next -> {
            AppConfig now = manager.current();
            List<ConfigProblem> problems = new ArrayList<>();
            for (Setting<Secret> setting : WIRED) {
                if (now.find(setting).isPresent() != next.find(setting).isPresent()) {
                    problems.add(
                            problem(
                                    next,
                                    setting,
                                    "cannot be added or taken away while the service runs",
                                    "Restart the service, or set it back."));
                }
            }
            Setting<Secret> redisPassword = BackendSettings.REDIS_PASSWORD;
            Optional<Secret> password = next.find(redisPassword);
            if (password.isPresent()
                    && !password.equals(now.find(redisPassword))
                    && !redis.accepts(password.get())) {
                problems.add(
                        problem(
                                next,
                                redisPassword,
                                "is refused by Redis",
                                "Give Redis this password first, beside the old one."));
            }
            return problems;
        };
    }

    private static ConfigProblem problem(
            AppConfig next, Setting<Secret> setting, String reason, String suggestion) {
        return new ConfigProblem(
                next.service(), setting.key(), next.origin(setting).toString(), reason, suggestion);
    }
}
