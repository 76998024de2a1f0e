package ai.netra.apex.backend.model;

import tools.jackson.databind.JsonNode;

/**
 * A tool as a model is told of it.
 *
 * @param parameters a JSON schema of type object
 */
public record ToolSpec(String name, String description, JsonNode parameters) {}
