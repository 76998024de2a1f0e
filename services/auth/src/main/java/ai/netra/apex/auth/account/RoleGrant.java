package ai.netra.apex.auth.account;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.contracts.TokenClaims;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Makes an account an administrator, at the hands of whoever may start this program with the
 * database's credentials. Its person has the roles from the next refresh on. Thread-safe.
 */
public final class RoleGrant {

    static final List<String> ADMINISTRATOR =
            List.of(TokenClaims.ROLE_USER, TokenClaims.ROLE_OPERATOR, TokenClaims.ROLE_ADMIN);

    private final AuthDatabaseManager database;
    private final AuditLog audit;
    private final Clock clock;

    public RoleGrant(AuthDatabaseManager database, AuditLog audit, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /** Grants every role to the account with this address; false when there is none. */
    public boolean administrator(String email) {
        return EmailAddress.parse(email)
                .map(address -> database.write("grant", tx -> grant(tx, address)))
                .orElse(false);
    }

    private boolean grant(Transaction tx, EmailAddress address) {
        Optional<Account> found = AccountStore.byEmail(tx, address.key());
        found.ifPresent(
                account -> {
                    AccountStore.setRoles(tx, account.id(), ADMINISTRATOR, clock.instant());
                    audit.record(
                            tx,
                            new AuthEvent(
                                    clock.instant(),
                                    AuthEventKind.ROLES_GRANTED,
                                    account.id(),
                                    null,
                                    "",
                                    "",
                                    String.join(" ", ADMINISTRATOR)));
                });
        return found.isPresent();
    }
}
