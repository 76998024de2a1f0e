package ai.netra.apex.backend.storage;

import ai.netra.apex.settings.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Who may change the schema.
 *
 * @param jdbcUrl the database, without credentials
 * @param owner the role that owns the tables
 * @param ownerPassword its password; null when the schema is migrated by somebody else
 */
public record SchemaConfig(String jdbcUrl, String owner, @Nullable Secret ownerPassword) {}
