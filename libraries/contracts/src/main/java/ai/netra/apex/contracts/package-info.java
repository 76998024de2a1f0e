/** Wire records, event types, error codes and names that more than one service speaks. */
@NullMarked
package ai.netra.apex.contracts;

import org.jspecify.annotations.NullMarked;
