package ai.netra.apex.auth.database;

import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.settings.Secret;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may change the schema.
 *
 * @param jdbcUrl the database, without credentials
 * @param owner the role that owns the tables
 * @param ownerPassword its password of the moment; null when the schema is migrated by somebody
 *     else
 * @param serviceRole the role the service works as, which gets rights on rows alone
 * @param mark whose database it must be
 */
public record SchemaConfig(
        String jdbcUrl,
        String owner,
        @Nullable Supplier<Secret> ownerPassword,
        String serviceRole,
        MarkedDatabase mark) {}
