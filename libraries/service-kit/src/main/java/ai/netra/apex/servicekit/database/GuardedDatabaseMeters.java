package ai.netra.apex.servicekit.database;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.MetricValue;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A manager's figures as Micrometer's meters, under OpenTelemetry's names. */
public final class GuardedDatabaseMeters implements MeterBinder {

    private final DatabaseManager manager;

    public GuardedDatabaseMeters(DatabaseManager manager) {
        this.manager = manager;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (MetricValue metric : manager.metrics()) {
            String name = metric.name();
            Map<String, String> attributes = metric.attributes();
            List<Tag> tags = new ArrayList<>();
            attributes.forEach((key, value) -> tags.add(Tag.of(key, value)));
            if (metric.kind() == MetricValue.Kind.COUNTER) {
                FunctionCounter.builder(name, manager, m -> value(m, name, attributes))
                        .tags(tags)
                        .register(registry);
            } else {
                Gauge.builder(name, manager, m -> value(m, name, attributes))
                        .tags(tags)
                        .register(registry);
            }
        }
    }

    private static double value(
            DatabaseManager manager, String name, Map<String, String> attributes) {
        for (MetricValue metric : manager.metrics()) {
            if (metric.name().equals(name) && metric.attributes().equals(attributes)) {
                return metric.value();
            }
        }
        return 0;
    }
}
