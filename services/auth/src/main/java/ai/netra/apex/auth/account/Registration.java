package ai.netra.apex.auth.account;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.guard.GuardConfig;
import ai.netra.apex.auth.guard.RateLimiter;
import ai.netra.apex.auth.password.PasswordHasher;
import ai.netra.apex.auth.password.PasswordRules;
import ai.netra.apex.auth.request.ClientAddress;
import ai.netra.apex.auth.request.RequestSource;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.contracts.TokenClaims;
import ai.netra.apex.contracts.UuidV7;
import ai.netra.apex.servicekit.http.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * New accounts. The first one of an installation on a developer's machine is its administrator;
 * elsewhere an operator grants roles, because there whoever is first may be anybody. Thread-safe.
 */
final class Registration {

    private final AuthDatabaseManager database;
    private final PasswordHasher hasher;
    private final PasswordRules rules;
    private final Supplier<GuardConfig> limits;
    private final boolean firstIsAdmin;
    private final AuditLog audit;
    private final UuidV7 ids;
    private final Clock clock;

    Registration(
            AuthDatabaseManager database,
            PasswordHasher hasher,
            PasswordRules rules,
            Supplier<GuardConfig> limits,
            AccountConfig config,
            AuditLog audit,
            UuidV7 ids,
            Clock clock) {
        this.database = database;
        this.hasher = hasher;
        this.rules = rules;
        this.limits = limits;
        this.firstIsAdmin = config.firstIsAdmin();
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @throws ApiException 422 with every field at fault, 409 when the address is taken, 429, 503
     */
    User register(
            @Nullable String email,
            @Nullable String password,
            @Nullable String displayName,
            RequestSource source) {
        Optional<EmailAddress> address =
                email == null ? Optional.empty() : EmailAddress.parse(email);
        List<Problem.FieldError> errors = new ArrayList<>();
        if (address.isEmpty()) {
            errors.add(new Problem.FieldError("email", "Enter an e-mail address."));
        }
        DisplayName.objection(displayName)
                .ifPresent(m -> errors.add(new Problem.FieldError("displayName", m)));
        String name = displayName == null ? "" : displayName.strip();
        if (password == null) {
            errors.add(new Problem.FieldError("password", "Choose a password."));
        } else {
            rules.objection(password, address.map(EmailAddress::text).orElse(""), name)
                    .ifPresent(m -> errors.add(new Problem.FieldError("password", m)));
        }
        if (!errors.isEmpty() || address.isEmpty() || password == null) {
            throw ApiException.invalid(errors);
        }
        limit(source);
        String hash = hasher.hash(password);
        return database.write("register", tx -> insert(tx, address.get(), name, hash, source));
    }

    private User insert(
            Transaction tx, EmailAddress email, String name, String hash, RequestSource source) {
        Instant now = clock.instant();
        UUID id = ids.next();
        boolean first = AccountStore.claimFirst(tx, id, now);
        List<String> roles =
                first && firstIsAdmin ? RoleGrant.ADMINISTRATOR : List.of(TokenClaims.ROLE_USER);
        var account = new Account(id, email.text(), name, roles, hash, now);
        if (!AccountStore.insert(tx, account, email)) {
            throw new ApiException(
                    ErrorCode.CONFLICT, "There is an account with this address. Sign in instead.");
        }
        audit.record(
                tx,
                new AuthEvent(
                        now,
                        AuthEventKind.REGISTERED,
                        id,
                        null,
                        source.address(),
                        source.correlationId(),
                        String.join(" ", roles)));
        return account.user();
    }

    private void limit(RequestSource source) {
        String subject = "register " + ClientAddress.network(source.address());
        database.write(
                        "limit registrations",
                        tx ->
                                RateLimiter.take(
                                        tx,
                                        subject,
                                        limits.get().registrations(),
                                        Duration.ofHours(1),
                                        clock.instant()))
                .ifPresent(
                        wait -> {
                            throw ApiException.retryAfter(
                                    ErrorCode.RATE_LIMITED,
                                    "Too many new accounts from this address.",
                                    wait);
                        });
    }
}
