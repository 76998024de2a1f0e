/** What this service depends on, as it sees it. */
@NullMarked
package ai.netra.apex.backend.health;

import org.jspecify.annotations.NullMarked;
