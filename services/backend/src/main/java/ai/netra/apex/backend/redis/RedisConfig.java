package ai.netra.apex.backend.redis;

import ai.netra.apex.settings.Secret;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how long one command may take.
 *
 * @param url {@code redis://host:port[/database]} or {@code rediss://…}, without a password
 * @param password the password of the moment, or null when none is asked
 * @param commandTimeout after this Redis counts as away until it answers again; asked for each
 *     command
 */
public record RedisConfig(
        String url, @Nullable Supplier<Secret> password, Supplier<Duration> commandTimeout) {}
