package ai.netra.apex.auth.account;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.guard.GuardConfig;
import ai.netra.apex.auth.guard.LoginGuard;
import ai.netra.apex.auth.guard.RateLimiter;
import ai.netra.apex.auth.password.HashingSaturatedException;
import ai.netra.apex.auth.password.PasswordHasher;
import ai.netra.apex.auth.request.ClientAddress;
import ai.netra.apex.auth.request.RequestSource;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signing in with a password: admission, then the hash with no database session held, then the
 * outcome. An unknown address takes the same way at the same cost. Thread-safe.
 */
final class SignIn {

    private final AuthDatabaseManager database;
    private final LoginGuard guard;
    private final Supplier<GuardConfig> limits;
    private final PasswordHasher hasher;
    private final Sessions sessions;
    private final AuditLog audit;
    private final Clock clock;

    SignIn(
            AuthDatabaseManager database,
            Supplier<GuardConfig> limits,
            PasswordHasher hasher,
            Sessions sessions,
            AuditLog audit,
            Clock clock) {
        this.database = database;
        this.guard = new LoginGuard(limits);
        this.limits = limits;
        this.hasher = hasher;
        this.sessions = sessions;
        this.audit = audit;
        this.clock = clock;
    }

    /** A new session and whose it is. */
    record SignedIn(User user, Sessions.Continued session) {}

    /** What admission found. */
    private sealed interface Admitted {
        record Try(@Nullable Account account) implements Admitted {}

        record TooFast(Duration pause) implements Admitted {}

        record NotNow(LoginGuard.Admission why) implements Admitted {}
    }

    /**
     * Signs a person in.
     *
     * @throws ApiException with 401, 423, 429 or 503 as the contract says
     */
    SignedIn signIn(String email, String password, RequestSource source) {
        // What is no address has no account; it is guarded as what it is, and looked up as nothing.
        Optional<String> known = EmailAddress.parse(email).map(EmailAddress::key);
        String key = known.orElse("");
        byte[] subject = subject(known.orElse(email));
        Admitted admitted = database.write("admit login", tx -> admit(tx, key, subject, source));
        return switch (admitted) {
            case Admitted.Try(Account account) -> attempt(account, subject, password, source);
            case Admitted.TooFast(Duration pause) -> throw tooFast(pause);
            case Admitted.NotNow(LoginGuard.Admission.Locked(Duration remaining)) ->
                    throw locked(remaining);
            case Admitted.NotNow(LoginGuard.Admission why) -> throw tooFast(Duration.ofSeconds(1));
        };
    }

    /**
     * Checks the password of a person who is signed in already, under the same guard.
     *
     * @param field the request's field that holds it. A wrong one is that field's fault: 401 would
     *     tell the client that its token is at fault, and have it refresh and guess again
     * @throws ApiException with 422, 423, 429 or 503
     */
    void confirm(Account account, String field, String password, RequestSource source) {
        byte[] subject = subject(account.email().toLowerCase(Locale.ROOT));
        var admission =
                database.write(
                        "admit confirmation", tx -> guard.admit(tx, subject, clock.instant()));
        switch (admission) {
            case LoginGuard.Admission.Locked(Duration remaining) -> throw locked(remaining);
            case LoginGuard.Admission.Busy() -> throw tooFast(Duration.ofSeconds(1));
            case LoginGuard.Admission.Admitted() -> {
                if (!check(account, subject, password)) {
                    noteFailure(account, subject, source);
                    throw ApiException.invalid(field, "The password is wrong.");
                }
                database.write(
                        "confirmed",
                        tx -> {
                            guard.succeeded(tx, subject);
                            return true;
                        });
            }
        }
    }

    private static byte[] subject(String key) {
        return RateLimiter.sha256("login " + key);
    }

    private Admitted admit(Transaction tx, String key, byte[] subject, RequestSource source) {
        Instant now = clock.instant();
        Optional<Duration> wait =
                RateLimiter.take(
                        tx,
                        "login " + ClientAddress.network(source.address()),
                        limits.get().logins(),
                        Duration.ofMinutes(1),
                        now);
        if (wait.isPresent()) {
            return new Admitted.TooFast(wait.get());
        }
        Account account = AccountStore.byEmail(tx, key).orElse(null);
        var admission = guard.admit(tx, subject, now);
        if (admission instanceof LoginGuard.Admission.Admitted) {
            return new Admitted.Try(account);
        }
        UUID id = account == null ? null : account.id();
        record(tx, AuthEventKind.LOGIN_REFUSED_LOCKED, id, null, source, "");
        return new Admitted.NotNow(admission);
    }

    private SignedIn attempt(
            @Nullable Account account, byte[] subject, String password, RequestSource source) {
        if (!check(account, subject, password) || account == null) {
            throw wrong(account, subject, source);
        }
        String hash = current(account, password);
        return database.write(
                        "login",
                        tx -> {
                            Instant now = clock.instant();
                            if (!AccountStore.loggedIn(tx, account, hash, now)) {
                                return Optional.<SignedIn>empty();
                            }
                            guard.succeeded(tx, subject);
                            var session = sessions.begin(tx, account.id(), source);
                            record(
                                    tx,
                                    AuthEventKind.LOGIN_SUCCEEDED,
                                    account.id(),
                                    session.sessionId(),
                                    source,
                                    "");
                            return Optional.of(new SignedIn(account.user(), session));
                        })
                .orElseThrow(() -> wrong(account, subject, source));
    }

    private boolean check(@Nullable Account account, byte[] subject, String password) {
        try {
            return hasher.matches(password, account == null ? null : account.passwordHash());
        } catch (HashingSaturatedException e) {
            database.write(
                    "abandon login",
                    tx -> {
                        guard.abandoned(tx, subject);
                        return true;
                    });
            throw e;
        }
    }

    /** The hash to keep: a new one where the old was made with weaker parameters. */
    private String current(Account account, String password) {
        String hash = account.passwordHash();
        if (hash == null) {
            throw new IllegalStateException("a password was right although there is none");
        }
        if (!hasher.outdated(hash)) {
            return hash;
        }
        try {
            return hasher.hash(password);
        } catch (HashingSaturatedException e) {
            return hash; // the next sign-in will do it
        }
    }

    private ApiException wrong(@Nullable Account account, byte[] subject, RequestSource source) {
        noteFailure(account, subject, source);
        return new ApiException(
                ErrorCode.INVALID_CREDENTIALS, "The e-mail address or the password is wrong.");
    }

    private void noteFailure(@Nullable Account account, byte[] subject, RequestSource source) {
        UUID id = account == null ? null : account.id();
        database.write(
                "failed login",
                tx -> {
                    boolean locked = guard.failed(tx, subject, clock.instant());
                    record(tx, AuthEventKind.LOGIN_FAILED, id, null, source, "");
                    if (locked) {
                        record(tx, AuthEventKind.ACCOUNT_LOCKED, id, null, source, "");
                    }
                    return locked;
                });
    }

    private static ApiException locked(Duration remaining) {
        return ApiException.retryAfter(
                ErrorCode.ACCOUNT_LOCKED,
                "Too many wrong passwords. Signing in is closed for this address for a while.",
                remaining);
    }

    private static ApiException tooFast(Duration wait) {
        return ApiException.retryAfter(
                ErrorCode.RATE_LIMITED, "Too many attempts. Wait a moment, then try again.", wait);
    }

    private void record(
            Transaction tx,
            AuthEventKind kind,
            @Nullable UUID account,
            @Nullable UUID session,
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
