package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes a tool's description from readable JSON. */
final class Schemas {

    private Schemas() {}

    static ToolSpec tool(String name, String description, String schema) {
        JsonNode parameters = JsonMapper.shared().readTree(schema);
        return new ToolSpec(name, description, parameters);
    }

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }
}
