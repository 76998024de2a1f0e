package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.Model;
import ai.netra.apex.backend.model.ModelCatalog;
import ai.netra.apex.backend.model.ToolSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The models that can be chosen. */
public final class ListModels implements Tool {

    private static final int MOST = 60;

    private final ModelCatalog catalog;

    public ListModels(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public ToolSpec spec() {
        return Schemas.tool(
                "list_models",
                "The language models that can be chosen here, and whether they are available.",
                "{\"type\":\"object\",\"properties\":{}}");
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) {
        ObjectNode result = Schemas.object();
        var all = catalog.models();
        result.put("count", all.size());
        ArrayNode models = result.putArray("models");
        for (Model model : all.subList(0, Math.min(MOST, all.size()))) {
            models.addObject()
                    .put("id", model.id())
                    .put("name", model.name())
                    .put("provider", model.provider())
                    .put("available", model.available())
                    .put("default", model.isDefault());
        }
        return result;
    }
}
