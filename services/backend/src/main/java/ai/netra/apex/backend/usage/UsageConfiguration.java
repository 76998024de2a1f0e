package ai.netra.apex.backend.usage;

import ai.netra.apex.backend.tool.Tool;
import ai.netra.apex.servicekit.health.DependencyHealth;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Usage. Needs a {@link UsageConfig}. */
@Configuration(proxyBeanMethods = false)
@Import(UsageController.class)
public class UsageConfiguration {

    @Bean(destroyMethod = "close")
    Usage usage(UsageConfig config, MeterRegistry metrics) {
        var clickhouse = config.clickhouse() == null ? null : new ClickHouse(config.clickhouse());
        UsageRecorder recorder = UsageRecorder.start(config, clickhouse);
        recorder.register(metrics);
        return new Usage(clickhouse, recorder, new UsageReports(clickhouse, recorder));
    }

    @Bean(destroyMethod = "")
    UsageRecorder usageRecorder(Usage usage) {
        return usage.recorder();
    }

    @Bean
    UsageReports usageReports(Usage usage) {
        return usage.reports();
    }

    @Bean
    Tool getUsage(UsageReports reports) {
        return new GetUsage(reports, Clock.systemUTC());
    }

    @Bean
    DependencyHealth clickHouseHealth(Usage usage) {
        ClickHouse clickhouse = usage.clickhouse();
        return clickhouse == null
                ? new NoClickHouse()
                : new ClickHouseHealth(clickhouse, usage.recorder());
    }

    /** What belongs together and is closed together. */
    record Usage(@Nullable ClickHouse clickhouse, UsageRecorder recorder, UsageReports reports)
            implements AutoCloseable {
        @Override
        public void close() {
            recorder.close();
            if (clickhouse != null) {
                clickhouse.close();
            }
        }
    }

    private static final class NoClickHouse implements DependencyHealth {
        @Override
        public String name() {
            return "clickhouse";
        }

        @Override
        public boolean required() {
            return false;
        }

        @Override
        public String check() {
            return "not configured: usage is kept on disk only";
        }
    }
}
