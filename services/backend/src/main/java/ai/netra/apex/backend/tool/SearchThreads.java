package ai.netra.apex.backend.tool;

import ai.netra.apex.backend.model.ToolSpec;
import ai.netra.apex.backend.search.ThreadSearch;
import ai.netra.apex.database.RequestContext;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Searches the person's own threads, without the one it is called in. */
public final class SearchThreads implements Tool {

    private static final int SHOWN = 5;

    private final ThreadSearch search;

    public SearchThreads(ThreadSearch search) {
        this.search = search;
    }

    @Override
    public ToolSpec spec() {
        return Schemas.tool(
                "search_threads",
                "Searches the person's own other threads by full text; without a query it lists the"
                        + " latest ones. Link a thread as /c/<threadId>.",
                """
                {"type":"object","properties":{"query":{"type":"string","minLength":1,"maxLength":200,
                 "description":"words, or a \\"phrase\\""}}}
                """);
    }

    @Override
    public JsonNode call(JsonNode arguments, ToolContext context) {
        String query = arguments.path("query").asString("");
        List<ThreadSearch.Hit> hits =
                RequestContext.of(context.userId().toString(), "tool search_threads")
                        .within(limit())
                        .<List<ThreadSearch.Hit>, RuntimeException>call(
                                () ->
                                        query.isBlank()
                                                ? search.latest(
                                                        context.userId(),
                                                        context.threadId(),
                                                        SHOWN + 1)
                                                : search.search(
                                                        context.userId(),
                                                        query,
                                                        context.threadId(),
                                                        SHOWN + 1,
                                                        0));
        ObjectNode result = Schemas.object();
        ArrayNode items = result.putArray("items");
        for (ThreadSearch.Hit hit : hits.subList(0, Math.min(SHOWN, hits.size()))) {
            ObjectNode item =
                    items.addObject()
                            .put("threadId", hit.threadId().toString())
                            .put("title", hit.title())
                            .put("time", hit.time().toString());
            if (hit.messageId() != null) {
                item.put("messageId", hit.messageId().toString())
                        .put("role", hit.role())
                        .put("excerpt", hit.excerpt());
            }
        }
        result.put("more", hits.size() > SHOWN);
        return result;
    }
}
