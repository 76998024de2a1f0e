package ai.netra.apex.database;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A real connection to a server, below the pool, with what the guards need from it. */
interface Physical extends Connection {

    /** The route it was opened over. */
    Route route();

    /** The server's process, for {@code pg_stat_activity}; 0 where there is none. */
    int backendPid();

    /** The timeline of the primary it was opened to; null on a standby. */
    @Nullable Long epoch();

    /** Whether its server is a primary of an epoch that is over; known without asking. */
    boolean stale();

    /** Whether the server has a transaction open, failed ones included; known without asking. */
    boolean transactionOpen();

    /**
     * Whether a setting that the server reports by itself is another than when the connection was
     * opened; known without asking.
     */
    boolean settingsChanged();

    /** When the connection was last seen to be clean, of {@link System#nanoTime()}. */
    long cleanSince();

    /** The connection has been looked at, and was clean. */
    void foundClean(long now);

    /** Whether {@code transaction_timeout} exists there (PostgreSQL 17 and later). */
    boolean limitsTransactions();

    /** Asks the server, over a connection of its own, to cancel what is running. May block. */
    void cancelRunning() throws SQLException;

    /** Cuts the socket without a word to the server. Never blocks on the network. */
    void cut();
}
