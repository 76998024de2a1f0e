package ai.netra.apex.auth.session;

import ai.netra.apex.auth.database.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The sessions that were revoked, in the order in which that was committed: numbers are handed out
 * under a row lock that is held until the commit, so that a reader never passes by one that becomes
 * visible later. The lock is the last one a transaction takes, and so never part of a deadlock.
 * Thread-safe.
 */
final class RevocationFeed {

    private RevocationFeed() {}

    /** One session that was revoked. */
    record Revocation(long sequence, UUID sessionId, Instant revokedAt) {}

    /** Adds {@code sessions}; the last thing a transaction does with locks. */
    static void append(Transaction tx, List<UUID> sessions, Instant now) {
        if (sessions.isEmpty()) {
            return;
        }
        long last =
                tx.sql(
                                """
                                update revocation_head set sequence = sequence + :count
                                where id = 1 returning sequence
                                """)
                        .param("count", sessions.size())
                        .query(Long.class)
                        .single();
        long sequence = last - sessions.size();
        for (UUID session : sessions) {
            tx.sql(
                            """
                            insert into revocation (sequence, session_id, revoked_at)
                            values (:sequence, :session, :now)
                            """)
                    .param("sequence", ++sequence)
                    .param("session", session)
                    .param("now", tx.time(now))
                    .update();
        }
    }

    /** What came after {@code since}, in order, at most {@code limit}. */
    static List<Revocation> after(Transaction tx, long since, int limit) {
        return tx.sql(
                        """
                        select sequence, session_id, revoked_at from revocation
                        where sequence > :since order by sequence limit :limit
                        """)
                .param("since", since)
                .param("limit", limit)
                .query(
                        (row, n) ->
                                new Revocation(
                                        row.getLong("sequence"),
                                        tx.id(row, "session_id"),
                                        tx.time(row, "revoked_at")))
                .list();
    }

    /** The number of the newest one. */
    static long head(Transaction tx) {
        return tx.sql("select sequence from revocation_head where id = 1")
                .query(Long.class)
                .single();
    }
}
