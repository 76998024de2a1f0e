/** Runs: one answer of one model to one message, durable, numbered, resumable, owned by a lease. */
@NullMarked
package ai.netra.apex.backend.run;

import org.jspecify.annotations.NullMarked;
