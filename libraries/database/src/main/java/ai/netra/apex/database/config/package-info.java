/** The settings of a database, declared once for every service that has one. */
@NullMarked
package ai.netra.apex.database.config;

import org.jspecify.annotations.NullMarked;
