package ai.netra.apex.auth.client;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.session.Sessions;
import ai.netra.apex.auth.token.RevokedTokens;
import ai.netra.apex.auth.token.TokenVerifier;
import ai.netra.apex.auth.token.VerifiedToken;
import ai.netra.apex.contracts.TokenClaims;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * What the authorization server knows about tokens, without storing one: a token is looked up by
 * verifying it, and only its revocation is kept, under its id, until it would have expired.
 * Thread-safe.
 */
final class StatelessAuthorizations implements OAuth2AuthorizationService {

    private final ServiceClients clients;
    private final TokenVerifier verifier;
    private final Sessions sessions;
    private final RevokedTokens revoked;
    private final AuthDatabaseManager database;
    private final AuditLog audit;
    private final Clock clock;

    StatelessAuthorizations(
            ServiceClients clients,
            TokenVerifier verifier,
            Sessions sessions,
            RevokedTokens revoked,
            AuthDatabaseManager database,
            AuditLog audit,
            Clock clock) {
        this.clients = clients;
        this.verifier = verifier;
        this.sessions = sessions;
        this.revoked = revoked;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /** Nothing is kept of a token that was issued; the revocation of one is. */
    @Override
    public void save(OAuth2Authorization authorization) {
        var token = authorization.getAccessToken();
        if (token == null || !token.isInvalidated()) {
            return;
        }
        if (verifier.verify(token.getToken().getTokenValue())
                instanceof TokenVerifier.Outcome.Valid(VerifiedToken verified)) {
            database.write("revoke token", tx -> revoke(tx, verified));
        }
    }

    private boolean revoke(Transaction tx, VerifiedToken token) {
        Instant now = clock.instant();
        revoked.add(tx, token);
        audit.record(
                tx,
                new AuthEvent(now, AuthEventKind.TOKEN_REVOKED, null, null, "", "", token.jti()));
        return true;
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        throw new UnsupportedOperationException("nothing is kept that could be removed");
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return null;
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(
            String token, @Nullable OAuth2TokenType tokenType) {
        return switch (verifier.verify(token)) {
            case TokenVerifier.Outcome.Valid(VerifiedToken.Person person) -> of(token, person);
            case TokenVerifier.Outcome.Valid(VerifiedToken.Service service) -> of(token, service);
            default -> null;
        };
    }

    private @Nullable OAuth2Authorization of(String token, VerifiedToken.Person person) {
        RegisteredClient people = clients.findByClientId(ServiceClients.PEOPLE);
        if (people == null
                || sessions.live(person.session())
                        .filter(live -> live.accountId().equals(person.account()))
                        .isEmpty()) {
            return null;
        }
        return authorization(
                people,
                person.account().toString(),
                accessToken(token, person.issuedAt(), person.expiresAt()),
                Map.of(
                        "sub",
                        person.account().toString(),
                        "aud",
                        List.of(TokenClaims.AUDIENCE_API),
                        TokenClaims.SESSION_ID,
                        person.session().toString(),
                        TokenClaims.ROLES,
                        person.roles(),
                        "jti",
                        person.jti()));
    }

    private @Nullable OAuth2Authorization of(String token, VerifiedToken.Service service) {
        RegisteredClient client = clients.findByClientId(service.client());
        if (client == null || revoked.contains(service.jti())) {
            return null;
        }
        return authorization(
                client,
                service.client(),
                accessToken(token, service.issuedAt(), service.expiresAt()),
                Map.of(
                        "sub", service.client(),
                        "aud", List.of(service.audience()),
                        "jti", service.jti()));
    }

    private static OAuth2AccessToken accessToken(String value, Instant issued, Instant expires) {
        return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, value, issued, expires);
    }

    private static OAuth2Authorization authorization(
            RegisteredClient client,
            String principal,
            OAuth2AccessToken token,
            Map<String, Object> claims) {
        return OAuth2Authorization.withRegisteredClient(client)
                .principalName(principal)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .token(
                        token,
                        metadata ->
                                metadata.put(
                                        OAuth2Authorization.Token.CLAIMS_METADATA_NAME, claims))
                .build();
    }
}
