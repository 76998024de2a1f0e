/** Lockout and rate limits, counted atomically in the database. */
@NullMarked
package ai.netra.apex.auth.guard;

import org.jspecify.annotations.NullMarked;
