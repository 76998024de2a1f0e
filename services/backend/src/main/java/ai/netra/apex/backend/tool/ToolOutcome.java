package ai.netra.apex.backend.tool;

import tools.jackson.databind.JsonNode;

/**
 * The end of a tool's call.
 *
 * @param result what it gave back, or {@code {"error":"…"}}; bounded
 * @param succeeded whether it is a result
 */
public record ToolOutcome(JsonNode result, boolean succeeded, long durationMillis) {}
