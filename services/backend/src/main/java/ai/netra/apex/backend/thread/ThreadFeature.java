package ai.netra.apex.backend.thread;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.storage.Database;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts threads together. */
@Configuration(proxyBeanMethods = false)
@Import(Threads.class)
public class ThreadFeature {

    @Bean
    ThreadStore threadStore(Database database, Supplier<ThreadConfig> config) {
        return new ThreadStore(database, () -> config.get().undoWindow());
    }

    @Bean
    ThreadChanges threadChanges(RedisLink redis) {
        return new ThreadChanges(redis);
    }

    @Bean(destroyMethod = "close")
    ThreadPurge threadPurge(ThreadStore store, Supplier<ThreadConfig> config) {
        return new ThreadPurge(store, config.get().purgeInterval());
    }
}
