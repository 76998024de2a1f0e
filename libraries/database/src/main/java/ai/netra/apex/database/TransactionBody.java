package ai.netra.apex.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The work of one transaction. It may run more than once (unless the request says {@link
 * RetrySafety#ONCE}), each time in a fresh transaction.
 *
 * @param <T> what it returns
 */
@FunctionalInterface
public interface TransactionBody<T extends @Nullable Object> {

    /** Does the work; a normal return commits, an exception rolls back. */
    T run(Session session) throws SQLException;
}
