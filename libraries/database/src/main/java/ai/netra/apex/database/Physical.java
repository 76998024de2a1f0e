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

    /**
     * Makes what is begun from now on, statements in auto-commit mode among it, read-only or not:
     * at once where it is so already, else by one round trip. Without effect while a transaction is
     * open.
     */
    void keepToReading(boolean reading) throws SQLException;

    /** Somebody may have changed what {@link #keepToReading} has set. */
    void doubtReading();

    /** Whether {@link #keepToReading} was the last to be told to read only. */
    boolean readingOnly();

    /**
     * Sets again what each connection begins with, after its settings were reset by {@code resets}.
     */
    void reset(String resets) throws SQLException;

    /** The server's limit of transactions as it was set here, in milliseconds; 0 for none. */
    long transactionLimit();

    /** Asks the server, over a connection of its own, to cancel what is running. May block. */
    void cancelRunning() throws SQLException;

    /** Cuts the socket without a word to the server. Never blocks on the network. */
    void cut();
}
