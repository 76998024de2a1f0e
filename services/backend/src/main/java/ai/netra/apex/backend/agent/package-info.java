/** Executes runs: the guide, or a language model in a bounded loop with tools. */
@NullMarked
package ai.netra.apex.backend.agent;

import org.jspecify.annotations.NullMarked;
