/** Auth's own database: its transactions, its schema and the clearing of what has expired. */
@NullMarked
package ai.netra.apex.auth.database;

import org.jspecify.annotations.NullMarked;
