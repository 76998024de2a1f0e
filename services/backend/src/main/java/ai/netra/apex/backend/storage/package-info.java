/** The service's way to its database: short sessions, each for a few statements. */
@NullMarked
package ai.netra.apex.backend.storage;

import org.jspecify.annotations.NullMarked;
