/** Watches the sources of a configuration and reloads it where that is safe. */
@NullMarked
package ai.netra.apex.settings.reload;

import org.jspecify.annotations.NullMarked;
