package ai.netra.apex.database;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * A borrowed connection with everything that is known about the loan. Short: it covers statements,
 * never a call to somebody else or a person's thinking time.
 *
 * <p>A session belongs to the thread that opened it. {@link #close()} is idempotent and never
 * throws; what was not committed is rolled back.
 */
public interface Session extends AutoCloseable {

    /** The guarded connection. After the session has ended every use of it fails cleanly. */
    Connection connection();

    /** Who, what, since when and from where. */
    SessionInfo info();

    /**
     * The epoch of the primary this session talks to: its timeline, which grows with every
     * failover. Null when the server does not tell.
     */
    @Nullable Long epoch();

    @Override
    void close();
}
