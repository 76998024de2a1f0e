package ai.netra.apex.auth.account;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.guard.GuardConfig;
import ai.netra.apex.auth.password.PasswordHasher;
import ai.netra.apex.auth.password.PasswordRules;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.contracts.UuidV7;
import java.time.Clock;
import java.util.function.Supplier;

/** The account feature, put together. Thread-safe. */
public final class Accounts {

    private final Registration registration;
    private final SignIn signIn;
    private final Profiles profiles;

    public Accounts(
            AuthDatabaseManager database,
            PasswordHasher hasher,
            Sessions sessions,
            AuditLog audit,
            Supplier<GuardConfig> limits,
            AccountConfig config,
            UuidV7 ids,
            Clock clock) {
        var rules = new PasswordRules();
        this.registration =
                new Registration(database, hasher, rules, limits, config, audit, ids, clock);
        this.signIn = new SignIn(database, limits, hasher, sessions, audit, clock);
        this.profiles = new Profiles(database, signIn, hasher, rules, sessions, audit, clock);
    }

    Registration registration() {
        return registration;
    }

    SignIn signIn() {
        return signIn;
    }

    Profiles profiles() {
        return profiles;
    }
}
