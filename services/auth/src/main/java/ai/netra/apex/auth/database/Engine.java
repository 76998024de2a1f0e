package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseHealth;
import ai.netra.apex.database.SessionRequest;
import org.jspecify.annotations.Nullable;

/** What runs transactions. Thread-safe. */
interface Engine extends AutoCloseable {

    /** Runs {@code work} in one transaction, and after the commit what it asked for. */
    <T extends @Nullable Object> T run(SessionRequest request, AuthDatabaseManager.Work<T> work);

    DatabaseHealth health();

    /** Has connections signed in anew, as they come free. */
    void refreshConnections();

    /** Works within the bounds that {@code config} has, from now on. */
    void adjust(StorageConfig config);

    @Override
    void close();
}
