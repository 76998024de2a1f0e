package ai.netra.apex.backend.health;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.servicekit.health.DependencyHealth;

/** Redis: without it events reach only clients of the replica that makes them. */
final class RedisHealth implements DependencyHealth {

    private final RedisLink redis;

    RedisHealth(RedisLink redis) {
        this.redis = redis;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public boolean required() {
        return false;
    }

    @Override
    public String check() {
        if (!redis.available()) {
            throw new IllegalStateException(
                    "chat goes on; resuming a running answer is limited to its own replica: "
                            + redis.reason());
        }
        return "";
    }
}
