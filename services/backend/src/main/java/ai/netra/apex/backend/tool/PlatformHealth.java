package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import ai.netra.apex.servicekit.health.Health;
import ai.netra.apex.servicekit.health.HealthMonitor;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The health of the service that answers and of what it depends on. */
public final class PlatformHealth implements Tool {

    private final Supplier<HealthMonitor> monitor;

    /** {@code monitor} is asked at each call, because it starts after the tools. */
    public PlatformHealth(Supplier<HealthMonitor> monitor) {
        this.monitor = monitor;
    }

    @Override
    public ToolSpec spec() {
        return Schemas.tool(
                "platform_health",
                "Whether Netra Apex and the parts it depends on work right now.",
                "{\"type\":\"object\",\"properties\":{}}");
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) {
        Health health = monitor.get().health();
        ObjectNode result = Schemas.object().put("status", health.status());
        ArrayNode parts = result.putArray("parts");
        for (Health.Dependency part : health.dependencies()) {
            parts.addObject()
                    .put("name", part.name())
                    .put("status", part.status())
                    .put("required", part.required())
                    .put("detail", part.detail())
                    .put("latencyMillis", part.latencyMillis());
        }
        return result;
    }
}
