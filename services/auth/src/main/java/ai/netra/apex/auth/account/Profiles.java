package ai.netra.apex.auth.account;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.audit.PastEvent;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.password.PasswordHasher;
import ai.netra.apex.auth.password.PasswordRules;
import ai.netra.apex.auth.request.RequestSource;
import ai.netra.apex.auth.session.Caller;
import ai.netra.apex.auth.session.ListedSession;
import ai.netra.apex.auth.session.RevocationReason;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.servicekit.http.ApiException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people do with their own account. Whatever cannot be undone asks for the password. */
final class Profiles {

    private static final int EXPORTED_EVENTS = 10_000;

    private final AuthDatabaseManager database;
    private final SignIn signIn;
    private final PasswordHasher hasher;
    private final PasswordRules rules;
    private final Sessions sessions;
    private final AuditLog audit;
    private final Clock clock;

    Profiles(
            AuthDatabaseManager database,
            SignIn signIn,
            PasswordHasher hasher,
            PasswordRules rules,
            Sessions sessions,
            AuditLog audit,
            Clock clock) {
        this.database = database;
        this.signIn = signIn;
        this.hasher = hasher;
        this.rules = rules;
        this.sessions = sessions;
        this.audit = audit;
        this.clock = clock;
    }

    /** Everything this service knows about a person. */
    record Export(
            Instant exportedAt, User user, List<ListedSession> sessions, List<PastEvent> events) {}

    User get(Caller caller) {
        return account(caller).user();
    }

    /** Changes the name, the password, or both; a new password ends the other sessions. */
    User change(
            Caller caller,
            @Nullable String displayName,
            @Nullable String currentPassword,
            @Nullable String newPassword,
            RequestSource source) {
        Account account = account(caller);
        String name = displayName == null ? account.displayName() : displayName.strip();
        validate(account, displayName, name, currentPassword, newPassword);
        String hash = null;
        if (newPassword != null && currentPassword != null) {
            signIn.confirm(account, "currentPassword", currentPassword, source);
            hash = hasher.hash(newPassword);
        }
        String newHash = hash;
        return database.write(
                "change profile", tx -> write(tx, caller, account, name, newHash, source));
    }

    private User write(
            Transaction tx,
            Caller caller,
            Account account,
            String name,
            @Nullable String newHash,
            RequestSource source) {
        Instant now = clock.instant();
        if (!name.equals(account.displayName())) {
            AccountStore.rename(tx, account.id(), name, now);
            record(tx, AuthEventKind.PROFILE_CHANGED, caller, source);
        }
        if (newHash != null) {
            if (!AccountStore.changePassword(tx, account, newHash, now)) {
                throw new ApiException(
                        ErrorCode.CONFLICT, "The password was changed elsewhere. Try again.");
            }
            record(tx, AuthEventKind.PASSWORD_CHANGED, caller, source);
            sessions.revokeOthers(
                    tx,
                    account.id(),
                    caller.sessionId(),
                    RevocationReason.PASSWORD_CHANGED,
                    source);
        }
        return AccountStore.byId(tx, account.id()).orElse(account).user();
    }

    private void validate(
            Account account,
            @Nullable String givenName,
            String name,
            @Nullable String currentPassword,
            @Nullable String newPassword) {
        List<Problem.FieldError> errors = new ArrayList<>();
        if (givenName != null) {
            DisplayName.objection(givenName)
                    .ifPresent(m -> errors.add(new Problem.FieldError("displayName", m)));
        }
        if (newPassword != null) {
            rules.objection(newPassword, account.email(), name)
                    .ifPresent(m -> errors.add(new Problem.FieldError("newPassword", m)));
            if (currentPassword == null) {
                errors.add(
                        new Problem.FieldError(
                                "currentPassword", "Enter the password you have now."));
            }
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(errors);
        }
    }

    /** Deletes the account, and with it its sessions, for good. */
    void delete(Caller caller, @Nullable String password, RequestSource source) {
        if (password == null) {
            throw ApiException.invalid("password", "Enter your password to delete the account.");
        }
        Account account = account(caller);
        signIn.confirm(account, "password", password, source);
        database.write(
                "delete account",
                tx -> {
                    record(tx, AuthEventKind.ACCOUNT_DELETED, caller, source);
                    // The feed tells the other services before the rows are gone.
                    sessions.revokeOthers(
                            tx, account.id(), null, RevocationReason.ACCOUNT_DELETED, source);
                    AccountStore.delete(tx, account.id());
                    return true;
                });
    }

    Export export(Caller caller, RequestSource source) {
        Instant now = clock.instant();
        return database.write(
                "export account",
                tx -> {
                    record(tx, AuthEventKind.ACCOUNT_EXPORTED, caller, source);
                    User user = account(tx, caller.accountId()).user();
                    return new Export(
                            now,
                            user,
                            sessions.list(tx, user.id(), caller.sessionId(), now),
                            audit.of(tx, user.id(), EXPORTED_EVENTS));
                });
    }

    private Account account(Caller caller) {
        return database.read("account", tx -> account(tx, caller.accountId()));
    }

    private static Account account(Transaction tx, UUID id) {
        return AccountStore.byId(tx, id)
                .orElseThrow(
                        () ->
                                new ApiException(
                                        ErrorCode.UNAUTHENTICATED,
                                        "This account no longer exists."));
    }

    private void record(Transaction tx, AuthEventKind kind, Caller caller, RequestSource source) {
        audit.record(
                tx,
                new AuthEvent(
                        clock.instant(),
                        kind,
                        caller.accountId(),
                        caller.sessionId(),
                        source.address(),
                        source.correlationId(),
                        ""));
    }
}
