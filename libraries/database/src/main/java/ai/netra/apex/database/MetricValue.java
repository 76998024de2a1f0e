package ai.netra.apex.database;

import java.util.Map;

/**
 * One figure, named as OpenTelemetry's semantic conventions for database client connections name
 * it; what they have no name for begins with {@code apex.db}.
 *
 * @param name such as {@code db.client.connection.count}
 * @param kind whether it goes up and down or only up
 * @param unit in UCUM, such as {@code {connection}} or {@code s}
 * @param attributes what it is about
 * @param value the figure
 */
public record MetricValue(
        String name, Kind kind, String unit, Map<String, String> attributes, double value) {

    /** How a figure behaves. */
    public enum Kind {
        GAUGE,
        COUNTER
    }

    public MetricValue {
        attributes = Map.copyOf(attributes);
    }
}
