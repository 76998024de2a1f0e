package ai.netra.apex.backend.run;

import ai.netra.apex.backend.redis.RedisLink;
import ai.netra.apex.backend.storage.Database;
import ai.netra.apex.backend.thread.StopRun;
import ai.netra.apex.backend.thread.ThreadChanges;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** Puts the run engine together. */
@Configuration(proxyBeanMethods = false)
@Import(RunController.class)
public class RunFeature {

    @Bean
    RunStore runStore(Database database, Supplier<RunConfig> config) {
        UUID replica = UUID.randomUUID();
        String name = "pid " + ProcessHandle.current().pid();
        return new RunStore(database, replica, name, config.get().lease());
    }

    @Bean
    RunStream runStream(RedisLink redis, Supplier<RunConfig> config) {
        return new RunStream(redis, config);
    }

    @Bean
    EventFormat eventFormat(JsonMapper json, Supplier<RunConfig> config) {
        return new EventFormat(json, config.get().maxToolCharacters());
    }

    @Bean(destroyMethod = "shutdownNow")
    ExecutorService runThreads() {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory());
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService runTimer() {
        var timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("run-timer").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Bean
    RunHub runHub(
            RunStream stream,
            RunStore store,
            EventFormat format,
            JsonMapper json,
            RunExecutor executor,
            ExecutorService runThreads) {
        return new RunHub(stream, store, format, json, executor, Clock.systemUTC(), runThreads);
    }

    @Bean(destroyMethod = "close")
    RunEngine runEngine(
            Supplier<RunConfig> config,
            RunStore store,
            RunStream stream,
            RunHub hub,
            RunExecutor executor,
            EventFormat format,
            JsonMapper json,
            RedisLink redis,
            ThreadChanges changes,
            RunCounters counters,
            ExecutorService runThreads,
            ScheduledExecutorService runTimer) {
        var parts =
                new RunExecution.Parts(
                        config,
                        store,
                        stream,
                        hub,
                        executor,
                        format,
                        json,
                        Clock.systemUTC(),
                        runTimer,
                        counters,
                        changes::changed);
        var engine = new RunEngine(parts, redis, runThreads);
        engine.start();
        return engine;
    }

    @Bean
    RunCounters runCounters(MeterRegistry metrics, RunHub hub) {
        return new RunCounters(metrics, hub::localSize, hub::size);
    }

    @Bean
    StopRun stopRun(Runs runs) {
        return runs::abort;
    }

    @Bean
    Runs runs(
            RunStore store,
            RunEngine engine,
            RunHub hub,
            Supplier<RunConfig> config,
            RunCounters counters) {
        return new Runs(store, engine, hub, config, counters);
    }
}
