package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseConfig;

/** Where accounts are kept. */
public sealed interface StorageConfig {

    /** The database, and who may change its schema. */
    record Postgres(DatabaseConfig database, SchemaConfig schema) implements StorageConfig {}

    /** The memory of this process, for fast tests: SQLite, gone with the process, no network. */
    record InMemory() implements StorageConfig {}
}
