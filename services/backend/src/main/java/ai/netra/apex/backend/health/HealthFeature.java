package ai.netra.apex.backend.health;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.storage.SchemaKeeper;
import ai.netra.apex.servicekit.health.DependencyHealth;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the service's own view of its dependencies together. */
@Configuration(proxyBeanMethods = false)
public class HealthFeature {

    @Bean
    DependencyHealth postgresHealth(Database database, SchemaKeeper schema) {
        return new PostgresHealth(database, schema);
    }

    @Bean
    DependencyHealth redisHealth(RedisLink redis) {
        return new RedisHealth(redis);
    }
}
