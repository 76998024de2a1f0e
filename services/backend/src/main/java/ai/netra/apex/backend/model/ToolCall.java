package ai.netra.apex.backend.model;

import org.jspecify.annotations.Nullable;

/**
 * A model's wish to have a tool called.
 *
 * @param id the provider's id of the call, or one made here where the protocol has none
 * @param name the tool
 * @param arguments a JSON object as text, as the model wrote it: not yet validated
 * @param signature what the provider wants to get back unchanged with the call (Gemini's thought
 *     signature); null where there is none
 */
public record ToolCall(String id, String name, String arguments, @Nullable String signature) {}
