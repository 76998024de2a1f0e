/** Threads a person has, and who is told when one changes. */
@NullMarked
package ai.netra.apex.backend.thread;

import org.jspecify.annotations.NullMarked;
