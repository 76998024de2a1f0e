package ai.netra.apex.auth.guard;

import ai.netra.apex.auth.database.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Locks an e-mail address after too many wrong passwords. An attempt is taken from the allowance
 * <em>before</em> the password is looked at, in one statement, so that parallel guesses cannot get
 * past the count; the lock begins when the last allowed one turns out wrong. A right password gives
 * the whole allowance back.
 *
 * <p>Addresses without an account are treated the same, or the lock would tell which exist.
 * Thread-safe.
 */
public final class LoginGuard {

    private final Supplier<GuardConfig> config;

    /**
     * @param config asked for each attempt: newer limits hold for the next one
     */
    public LoginGuard(Supplier<GuardConfig> config) {
        this.config = config;
    }

    /** What became of the wish to try a password. */
    public sealed interface Admission {

        /** Try it, then report how it went. */
        record Admitted() implements Admission {}

        /** The address is locked for {@code remaining}. */
        record Locked(Duration remaining) implements Admission {}

        /** The rest of the allowance is being tried at this moment. */
        record Busy() implements Admission {}
    }

    /** Takes one attempt for {@code subject}. */
    public Admission admit(Transaction tx, byte[] subject, Instant now) {
        GuardConfig limits = config.get();
        Optional<Integer> taken =
                tx.sql(
                                """
                                insert into login_guard as g
                                    (subject, attempts, failures, window_ends_at, locked_until)
                                values (:subject, 1, 0, :windowEnd, null)
                                on conflict (subject) do update set
                                    attempts = case when g.window_ends_at <= :now then 1
                                                    else g.attempts + 1 end,
                                    failures = case when g.window_ends_at <= :now then 0
                                                    else g.failures end,
                                    window_ends_at = case when g.window_ends_at <= :now
                                                          then :windowEnd
                                                          else g.window_ends_at end,
                                    locked_until = null
                                where (g.locked_until is null or g.locked_until <= :now)
                                  and (g.window_ends_at <= :now or g.attempts < :allowed)
                                returning attempts
                                """)
                        .param("subject", subject)
                        .param("now", tx.time(now))
                        .param("windowEnd", tx.time(now.plus(limits.lockTime())))
                        .param("allowed", limits.lockAfter())
                        .query(Integer.class)
                        .optional();
        if (taken.isPresent()) {
            return new Admission.Admitted();
        }
        Instant lockedUntil = lockedUntil(tx, subject);
        return lockedUntil == null
                ? new Admission.Busy()
                : new Admission.Locked(Duration.between(now, lockedUntil));
    }

    /**
     * The password was wrong.
     *
     * @return whether this one locked the address
     */
    public boolean failed(Transaction tx, byte[] subject, Instant now) {
        GuardConfig limits = config.get();
        Instant until = now.plus(limits.lockTime());
        int failures =
                tx.sql(
                                """
                                update login_guard set
                                    failures = failures + 1,
                                    locked_until = case when failures + 1 >= :allowed then :until
                                                        else locked_until end,
                                    window_ends_at = case when failures + 1 >= :allowed then :until
                                                          else window_ends_at end
                                where subject = :subject returning failures
                                """)
                        .param("subject", subject)
                        .param("allowed", limits.lockAfter())
                        .param("until", tx.time(until))
                        .query(Integer.class)
                        .optional()
                        .orElse(0);
        return failures >= limits.lockAfter();
    }

    /** The password was right: nothing is held against the address any more. */
    public void succeeded(Transaction tx, byte[] subject) {
        tx.sql("delete from login_guard where subject = :subject")
                .param("subject", subject)
                .update();
    }

    /** The password was not looked at after all: the attempt goes back. */
    public void abandoned(Transaction tx, byte[] subject) {
        tx.sql(
                        """
                        update login_guard set attempts = attempts - 1
                        where subject = :subject and attempts > failures
                        """)
                .param("subject", subject)
                .update();
    }

    private static @Nullable Instant lockedUntil(Transaction tx, byte[] subject) {
        return tx.sql(
                        """
                        select locked_until from login_guard
                        where subject = :subject and locked_until is not null
                        """)
                .param("subject", subject)
                .query((row, n) -> tx.time(row, "locked_until"))
                .optional()
                .orElse(null);
    }
}
