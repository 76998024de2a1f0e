/** Messages, branches, and the one path by which a message is accepted. */
@NullMarked
package ai.netra.apex.backend.message;

import org.jspecify.annotations.NullMarked;
