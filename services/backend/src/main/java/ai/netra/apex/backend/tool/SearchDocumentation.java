package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import ai.netra.apex.backend.search.DocumentationIndex;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Looks things up in the product's documentation. */
public final class SearchDocumentation implements Tool {

    private final Supplier<DocumentationIndex> index;

    public SearchDocumentation(Supplier<DocumentationIndex> index) {
        this.index = index;
    }

    @Override
    public ToolSpec spec() {
        return Schemas.tool(
                "search_documentation",
                "Searches the documentation of Netra Apex: use, configuration, operation, API and"
                        + " design. Cite the page and section of what you use.",
                """
                {"type":"object","required":["query"],"properties":{
                 "query":{"type":"string","minLength":1,"maxLength":500,"description":"what to look for"},
                 "limit":{"type":"integer","minimum":1,"maximum":10,"description":"at most so many sections; 4 when left out"}}}
                """);
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) {
        String query = arguments.path("query").asString("");
        ObjectNode result = Schemas.object();
        ArrayNode sections = result.putArray("sections");
        for (var hit : index.get().search(query, arguments.path("limit").asInt(4))) {
            sections.addObject()
                    .put("page", hit.section().page())
                    .put("title", hit.section().title())
                    .put("section", hit.section().heading())
                    .put("citation", hit.section().citation())
                    .put("passage", hit.passage())
                    .put("coverage", Math.round(hit.coverage() * 100) / 100.0);
        }
        return result;
    }
}
