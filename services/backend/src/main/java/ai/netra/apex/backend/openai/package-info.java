/** {@code /v1}: models and chat completions as OpenAI's own clients expect them, with API keys. */
@NullMarked
package ai.netra.apex.backend.openai;

import org.jspecify.annotations.NullMarked;
