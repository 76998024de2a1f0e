package ai.netra.apex.auth.session;

import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.request.RequestSource;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The SQL of sessions. Each statement that changes one carries its condition in itself. */
final class SessionStore {

    private SessionStore() {}

    /** A hash as the database has it; compared in the same time whatever the bytes. */
    static final class Hash {
        private final byte[] bytes;

        private Hash(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean is(byte[] other) {
            return MessageDigest.isEqual(bytes, other);
        }
    }

    /** A salt as the database has it. */
    static final class Salt {
        private final byte[] bytes;

        private Salt(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes.clone();
        }
    }

    /** What decides about a refresh token that did not rotate. */
    record Family(
            UUID accountId,
            Hash familyHash,
            Hash tokenHash,
            @Nullable Hash previousHash,
            @Nullable Salt successorSalt,
            int generation,
            Instant rotatedAt,
            Instant expiresAt,
            boolean revoked) {}

    static void insert(
            Transaction tx,
            RefreshToken token,
            UUID account,
            RequestSource source,
            Instant now,
            Instant expires) {
        tx.sql(
                        """
                        insert into session (id, account_id, family_hash, token_hash, generation,
                            created_at, rotated_at, expires_at, user_agent, address)
                        values (:id, :account, :family, :token, :generation,
                            :now, :now, :expires, :userAgent, :address)
                        """)
                .param("id", token.session())
                .param("account", account)
                .param("family", token.familyHash())
                .param("token", token.hash())
                .param("generation", token.generation())
                .param("now", tx.time(now))
                .param("expires", tx.time(expires))
                .param("userAgent", source.userAgent())
                .param("address", source.address())
                .update();
    }

    /**
     * Replaces {@code presented} by {@code next} if it is the current token of a live session.
     *
     * @return when the session ends, or empty when nothing was replaced
     */
    static Optional<Instant> rotate(
            Transaction tx,
            RefreshToken presented,
            RefreshToken next,
            byte[] salt,
            RequestSource source,
            Instant now,
            Instant idleSince) {
        return tx.sql(
                        """
                        update session set
                            previous_hash = token_hash, token_hash = :next, successor_salt = :salt,
                            generation = generation + 1, rotated_at = :now, address = :address
                        where id = :id and token_hash = :presented and family_hash = :family
                          and generation = :generation and revoked_at is null
                          and expires_at > :now and rotated_at > :idleSince
                        returning expires_at
                        """)
                .param("id", presented.session())
                .param("next", next.hash())
                .param("salt", salt)
                .param("presented", presented.hash())
                .param("family", presented.familyHash())
                .param("generation", presented.generation())
                .param("address", source.address())
                .param("now", tx.time(now))
                .param("idleSince", tx.time(idleSince))
                .query((row, n) -> tx.time(row, "expires_at"))
                .optional();
    }

    static Optional<Family> family(Transaction tx, UUID session) {
        return tx.sql(
                        """
                        select account_id, family_hash, token_hash, previous_hash, successor_salt,
                               generation, rotated_at, expires_at, revoked_at
                        from session where id = :id
                        """)
                .param("id", session)
                .query(
                        (row, n) ->
                                new Family(
                                        tx.id(row, "account_id"),
                                        new Hash(row.getBytes("family_hash")),
                                        new Hash(row.getBytes("token_hash")),
                                        orNull(row.getBytes("previous_hash"), Hash::new),
                                        orNull(row.getBytes("successor_salt"), Salt::new),
                                        row.getInt("generation"),
                                        tx.time(row, "rotated_at"),
                                        tx.time(row, "expires_at"),
                                        tx.timeOrNull(row, "revoked_at") != null))
                .optional();
    }

    /** Who is behind a session that stands, with the roles of this moment. */
    static Optional<LiveSession> live(Transaction tx, UUID session, Instant now) {
        return tx.sql(
                        """
                        select a.id, a.roles from session s join account a on a.id = s.account_id
                        where s.id = :id and s.revoked_at is null and s.expires_at > :now
                        """)
                .param("id", session)
                .param("now", tx.time(now))
                .query(
                        (row, n) ->
                                new LiveSession(
                                        tx.id(row, "id"),
                                        session,
                                        List.of(row.getString("roles").split(" "))))
                .optional();
    }

    static List<ListedSession> list(Transaction tx, UUID account, UUID current, Instant now) {
        return tx.sql(
                        """
                        select id, created_at, rotated_at, expires_at, user_agent, address
                        from session
                        where account_id = :account and revoked_at is null and expires_at > :now
                        order by rotated_at desc, id desc
                        """)
                .param("account", account)
                .param("now", tx.time(now))
                .query(
                        (row, n) ->
                                new ListedSession(
                                        tx.id(row, "id"),
                                        tx.time(row, "created_at"),
                                        tx.time(row, "rotated_at"),
                                        tx.time(row, "expires_at"),
                                        row.getString("user_agent"),
                                        row.getString("address"),
                                        current.equals(tx.id(row, "id"))))
                .list();
    }

    /** Ends one session; false when it has ended before, or is not of {@code account}. */
    static boolean revoke(
            Transaction tx, UUID session, UUID account, RevocationReason reason, Instant now) {
        return tx.sql(
                                """
                                update session set revoked_at = :now, revoked_reason = :reason
                                where id = :id and account_id = :account and revoked_at is null
                                """)
                        .param("id", session)
                        .param("account", account)
                        .param("reason", reason.label())
                        .param("now", tx.time(now))
                        .update()
                > 0;
    }

    /** Ends all sessions of {@code account} but {@code keep}; returns those it ended. */
    static List<UUID> revokeAll(
            Transaction tx,
            UUID account,
            @Nullable UUID keep,
            RevocationReason reason,
            Instant now) {
        return tx.sql(
                        """
                        update session set revoked_at = :now, revoked_reason = :reason
                        where account_id = :account and revoked_at is null and id <> :keep
                        returning id
                        """)
                .param("account", account)
                // No session has the nil id.
                .param("keep", keep == null ? new UUID(0, 0) : keep)
                .param("reason", reason.label())
                .param("now", tx.time(now))
                .query((row, n) -> tx.id(row, "id"))
                .list();
    }

    /** Ends the sessions of {@code account} that were longest unused, so that {@code max} stay. */
    static List<UUID> revokeOldest(Transaction tx, UUID account, int max, Instant now) {
        return tx.sql(
                        """
                        update session set revoked_at = :now, revoked_reason = :reason
                        where id in (
                            select id from session
                            where account_id = :account and revoked_at is null and expires_at > :now
                            order by rotated_at desc, id desc limit 1000 offset :max)
                        returning id
                        """)
                .param("account", account)
                .param("max", max)
                .param("reason", RevocationReason.TOO_MANY.label())
                .param("now", tx.time(now))
                .query((row, n) -> tx.id(row, "id"))
                .list();
    }

    private static <T> @Nullable T orNull(byte @Nullable [] bytes, Function<byte[], T> make) {
        return bytes == null ? null : make.apply(bytes);
    }
}
