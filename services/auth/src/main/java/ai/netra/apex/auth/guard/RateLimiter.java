package ai.netra.apex.auth.guard;

import ai.netra.apex.auth.database.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Limits a rate with the generic cell rate algorithm (ITU-T I.371): one number per subject, the
 * theoretical arrival time of the next request, moved by one statement that either takes a place or
 * changes nothing. All processes on one database share the limit. Thread-safe.
 */
public final class RateLimiter {

    private RateLimiter() {}

    /**
     * Takes one of {@code limit} per {@code period}; a burst may use them all at once.
     *
     * @return how long to wait, or empty when the place was taken
     */
    public static Optional<Duration> take(
            Transaction tx, String subject, int limit, Duration period, Instant now) {
        byte[] key = sha256(subject);
        long interval = Math.max(1, period.toMillis() / limit);
        long latest = now.toEpochMilli() + period.toMillis();
        boolean taken =
                tx.sql(
                                """
                                        insert into rate_limit as r (subject, arrival)
                                        values (:subject, :first)
                                        on conflict (subject) do update set
                                            arrival = case when r.arrival < :now then :first
                                                           else r.arrival + :interval end
                                        where r.arrival + :interval <= :latest
                                        returning arrival
                                        """)
                        .param("subject", key)
                        .param("now", now.toEpochMilli())
                        .param("first", now.toEpochMilli() + interval)
                        .param("interval", interval)
                        .param("latest", latest)
                        .query(Long.class)
                        .optional()
                        .isPresent();
        return taken ? Optional.empty() : Optional.of(Duration.ofMillis(interval));
    }

    /** The hash by which subjects are kept: the table does not list who was here. */
    public static byte[] sha256(String subject) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(subject.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
