/** Full-text search: over the person's own threads in PostgreSQL, and over the documentation. */
@NullMarked
package ai.netra.apex.backend.search;

import org.jspecify.annotations.NullMarked;
