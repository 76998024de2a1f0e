/** Guarded database sessions in a Spring Boot application: auto-configuration, health, meters. */
@NullMarked
package ai.netra.apex.servicekit.database;

import org.jspecify.annotations.NullMarked;
