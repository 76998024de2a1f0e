/** Tools that models and the guide may call: what they are told of, and how a call is bounded. */
@NullMarked
package ai.netra.apex.backend.tool;

import org.jspecify.annotations.NullMarked;
