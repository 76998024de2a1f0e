/** The {@code apex} command: one class per subcommand. */
@NullMarked
package ai.netra.apex.launcher;

import org.jspecify.annotations.NullMarked;
