package ai.netra.apex.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Looks at each new connection before anybody gets it: whether it leads to the right database, for
 * example. Thread-safe.
 */
@FunctionalInterface
public interface ConnectionCheck {

    /** Takes every connection. */
    ConnectionCheck NONE = connection -> {};

    /**
     * Returns when the connection may be used; it is closed otherwise.
     *
     * @throws SQLException with the reason why it may not
     */
    void verify(Connection connection) throws SQLException;
}
