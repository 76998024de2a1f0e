/** Guarded database sessions for PostgreSQL: the one face an application sees. */
@NullMarked
package ai.netra.apex.database;

import org.jspecify.annotations.NullMarked;
