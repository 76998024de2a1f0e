package ai.netra.apex.auth.session;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.request.RequestSource;
import ai.netra.apex.contracts.UuidV7;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sign-ins and their refresh tokens. Each refresh replaces the token; within the grace the
 * immediate predecessor is answered with the same successor again (two tabs, a lost answer); any
 * other token of the family is a replay, and a replay ends the family, because one of the two who
 * hold it is a thief. The end of a session is absolute. Thread-safe.
 */
public final class Sessions {

    private final AuthDatabaseManager database;
    private final AuditLog audit;
    private final Supplier<SessionConfig> config;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public Sessions(
            AuthDatabaseManager database,
            AuditLog audit,
            Supplier<SessionConfig> config,
            UuidV7 ids,
            Clock clock) {
        this.database = database;
        this.audit = audit;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * A session and the refresh token that now continues it.
     *
     * @param refreshToken for the cookie and nothing else
     * @param life how long the token may be kept
     */
    public record Continued(UUID sessionId, String refreshToken, Duration life) {
        @Override
        public String toString() {
            return "Continued[sessionId=" + sessionId + "]";
        }
    }

    /** What became of a refresh token. */
    public sealed interface Refreshed {

        /** The session goes on. */
        record Rotated(Continued continued, LiveSession session) implements Refreshed {}

        /** The token is unknown, out of time, or of a session that has ended. */
        record Refused() implements Refreshed {}

        /** The token had been used before: its whole family has ended now. */
        record Replayed() implements Refreshed {}
    }

    /** Begins a session in the transaction of the sign-in. */
    public Continued begin(Transaction tx, UUID account, RequestSource source) {
        Instant now = clock.instant();
        RefreshToken token = RefreshToken.first(ids.next(), random);
        Instant expires = now.plus(config.get().absoluteLife());
        SessionStore.insert(tx, token, account, source, now, expires);
        List<UUID> gone = SessionStore.revokeOldest(tx, account, config.get().maxPerAccount(), now);
        RevocationFeed.append(tx, gone, now);
        return continued(token, now, expires);
    }

    /** Rotates the token a client presented. */
    public Refreshed refresh(String presented, RequestSource source) {
        Optional<RefreshToken> token = RefreshToken.parse(presented);
        if (token.isEmpty()) {
            return new Refreshed.Refused();
        }
        byte[] salt = new byte[RefreshToken.SALT_BYTES];
        random.nextBytes(salt);
        return database.write("refresh", tx -> rotate(tx, token.get(), salt, source));
    }

    private Refreshed rotate(
            Transaction tx, RefreshToken presented, byte[] salt, RequestSource source) {
        Instant now = clock.instant();
        RefreshToken next = presented.successor(salt);
        Optional<Instant> expires =
                SessionStore.rotate(
                        tx, presented, next, salt, source, now, now.minus(config.get().idleLife()));
        if (expires.isPresent()) {
            return rotated(tx, next, now, expires.get());
        }
        return SessionStore.family(tx, presented.session())
                .filter(f -> f.familyHash().is(presented.familyHash()))
                .filter(f -> !f.revoked() && f.expiresAt().isAfter(now))
                .<Refreshed>map(f -> decide(tx, presented, f, source, now))
                .orElseGet(Refreshed.Refused::new);
    }

    private Refreshed decide(
            Transaction tx,
            RefreshToken presented,
            SessionStore.Family family,
            RequestSource source,
            Instant now) {
        if (family.tokenHash().is(presented.hash())) {
            return new Refreshed.Refused(); // the current token, idle for too long
        }
        RefreshToken successor = successorInGrace(presented, family, now);
        if (successor != null) {
            return rotated(tx, successor, now, family.expiresAt());
        }
        UUID session = presented.session();
        if (SessionStore.revoke(
                tx, session, family.accountId(), RevocationReason.TOKEN_REPLAYED, now)) {
            String detail =
                    "generation %d was presented, %d is current"
                            .formatted(presented.generation(), family.generation());
            record(tx, AuthEventKind.REFRESH_REPLAYED, family.accountId(), session, source, detail);
            RevocationFeed.append(tx, List.of(session), now);
        }
        return new Refreshed.Replayed();
    }

    private @Nullable RefreshToken successorInGrace(
            RefreshToken presented, SessionStore.Family family, Instant now) {
        SessionStore.Hash previous = family.previousHash();
        SessionStore.Salt salt = family.successorSalt();
        if (previous == null
                || salt == null
                || presented.generation() != family.generation() - 1
                || !previous.is(presented.hash())
                || now.isAfter(family.rotatedAt().plus(config.get().grace()))) {
            return null;
        }
        return presented.successor(salt.bytes());
    }

    private Refreshed rotated(Transaction tx, RefreshToken token, Instant now, Instant expires) {
        return SessionStore.live(tx, token.session(), now)
                .<Refreshed>map(live -> new Refreshed.Rotated(continued(token, now, expires), live))
                .orElseGet(Refreshed.Refused::new);
    }

    private Continued continued(RefreshToken token, Instant now, Instant expires) {
        Duration left = Duration.between(now, expires);
        Duration idle = config.get().idleLife();
        Duration life = left.compareTo(idle) < 0 ? left : idle;
        return new Continued(token.session(), token.reveal(), life);
    }

    /** The session behind a token, if it still stands. */
    public Optional<LiveSession> live(UUID session) {
        Instant now = clock.instant();
        return database.read("session", tx -> SessionStore.live(tx, session, now));
    }

    /** The sessions of {@code account}, the one used last first. */
    public List<ListedSession> list(UUID account, UUID current) {
        Instant now = clock.instant();
        return database.read("sessions", tx -> list(tx, account, current, now));
    }

    /** The same within a transaction. */
    public List<ListedSession> list(Transaction tx, UUID account, UUID current, Instant now) {
        return SessionStore.list(tx, account, current, now);
    }

    /** Ends {@code session} if it is of {@code account}; false when there was nothing to end. */
    public boolean revoke(
            UUID session, UUID account, RevocationReason reason, RequestSource source) {
        Instant now = clock.instant();
        return database.write(
                "revoke session",
                tx -> {
                    if (!SessionStore.revoke(tx, session, account, reason, now)) {
                        return false;
                    }
                    AuthEventKind kind =
                            reason == RevocationReason.LOGOUT
                                    ? AuthEventKind.LOGGED_OUT
                                    : AuthEventKind.SESSION_REVOKED;
                    record(tx, kind, account, session, source, reason.label());
                    RevocationFeed.append(tx, List.of(session), now);
                    return true;
                });
    }

    /** Ends the sessions of {@code account} but {@code keep}; how many there were. */
    public int revokeOthers(
            UUID account, @Nullable UUID keep, RevocationReason reason, RequestSource source) {
        return database.write(
                "revoke sessions", tx -> revokeOthers(tx, account, keep, reason, source));
    }

    /** The same as the last locking step of a transaction. */
    public int revokeOthers(
            Transaction tx,
            UUID account,
            @Nullable UUID keep,
            RevocationReason reason,
            RequestSource source) {
        Instant now = clock.instant();
        List<UUID> ended = SessionStore.revokeAll(tx, account, keep, reason, now);
        for (UUID session : ended) {
            record(tx, AuthEventKind.SESSION_REVOKED, account, session, source, reason.label());
        }
        RevocationFeed.append(tx, ended, now);
        return ended.size();
    }

    /** Ends the session of a refresh token that a client hands back; any token of the family. */
    public void logout(String presented, RequestSource source) {
        RefreshToken.parse(presented)
                .ifPresent(
                        token ->
                                owner(token)
                                        .ifPresent(
                                                account ->
                                                        revoke(
                                                                token.session(),
                                                                account,
                                                                RevocationReason.LOGOUT,
                                                                source)));
    }

    private Optional<UUID> owner(RefreshToken token) {
        return database.read("session of token", tx -> SessionStore.family(tx, token.session()))
                .filter(family -> family.familyHash().is(token.familyHash()))
                .map(SessionStore.Family::accountId);
    }

    /** A page of the feed of revoked sessions after {@code since}. */
    RevocationPage revocations(long since, int limit) {
        return database.read(
                "revocations",
                tx -> {
                    long head = RevocationFeed.head(tx);
                    var items = RevocationFeed.after(tx, since, limit);
                    long next = items.isEmpty() ? head : items.getLast().sequence();
                    return new RevocationPage(items, next);
                });
    }

    /** Part of the feed, and where to go on. */
    record RevocationPage(List<RevocationFeed.Revocation> items, long next) {}

    private void record(
            Transaction tx,
            AuthEventKind kind,
            UUID account,
            UUID session,
            RequestSource source,
            String detail) {
        audit.record(
                tx,
                new AuthEvent(
                        clock.instant(),
                        kind,
                        account,
                        session,
                        source.address(),
                        source.correlationId(),
                        detail));
    }
}
