/** API keys: how programs act for a person at the OpenAI-compatible endpoint. */
@NullMarked
package ai.netra.apex.backend.apikey;

import org.jspecify.annotations.NullMarked;
