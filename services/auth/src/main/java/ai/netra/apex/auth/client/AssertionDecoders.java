package ai.netra.apex.auth.client;

import ai.netra.apex.auth.audit.AuditLog;
import ai.netra.apex.auth.audit.AuthEvent;
import ai.netra.apex.auth.audit.AuthEventKind;
import ai.netra.apex.auth.database.AuthDatabaseManager;
import ai.netra.apex.auth.database.Transaction;
import ai.netra.apex.auth.guard.RateLimiter;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionDecoderFactory;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Verifies client assertions (RFC 7523) with the keys of the configuration, and each one once: the
 * {@code jti} of an accepted assertion is kept until it has expired, in the database, so that no
 * replica takes it again. Thread-safe.
 */
final class AssertionDecoders implements JwtDecoderFactory<RegisteredClient> {

    private static final Duration MAX_LIFE = Duration.ofMinutes(5);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final String INVALID = "invalid_client";

    private final ServiceClients clients;
    private final AuthDatabaseManager database;
    private final AuditLog audit;
    private final Clock clock;
    private final Map<String, JwtDecoder> decoders = new ConcurrentHashMap<>();

    AssertionDecoders(
            ServiceClients clients, AuthDatabaseManager database, AuditLog audit, Clock clock) {
        this.clients = clients;
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public JwtDecoder createDecoder(RegisteredClient client) {
        return decoders.computeIfAbsent(client.getClientId(), id -> decoder(client));
    }

    private JwtDecoder decoder(RegisteredClient client) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(
                        JWSAlgorithm.ES256,
                        // Asked each time: keys are rotated while the service runs.
                        (selector, context) ->
                                selector.select(clients.keys(client.getClientId()))));
        // The times are checked below, with one clock for everything.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        var decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(
                new DelegatingOAuth2TokenValidator<>(
                        List.of(
                                JwtClientAssertionDecoderFactory.DEFAULT_JWT_VALIDATOR_FACTORY
                                        .apply(client),
                                this::shortLived,
                                // Last: only what is right in every other way is used up.
                                once(client.getClientId()))));
        return decoder;
    }

    private OAuth2TokenValidatorResult shortLived(Jwt assertion) {
        Instant now = clock.instant();
        Instant expires = assertion.getExpiresAt();
        if (expires == null || assertion.getId() == null) {
            return failure("exp and jti are needed");
        }
        if (expires.isAfter(now.plus(MAX_LIFE).plus(SKEW))) {
            return failure("an assertion may live for five minutes at most");
        }
        return OAuth2TokenValidatorResult.success();
    }

    private OAuth2TokenValidator<Jwt> once(String clientId) {
        return assertion -> {
            String jti = assertion.getId();
            Instant expires = assertion.getExpiresAt();
            if (jti == null || expires == null) {
                return failure("exp and jti are needed");
            }
            boolean first = database.write("use assertion", tx -> use(tx, clientId, jti, expires));
            return first ? OAuth2TokenValidatorResult.success() : failure("already used");
        };
    }

    private boolean use(Transaction tx, String clientId, String jti, Instant expires) {
        boolean first =
                tx.sql(
                                        """
                                        insert into used_assertion (client_id, jti_hash, expires_at)
                                        values (:client, :jti, :expires) on conflict do nothing
                                        """)
                                .param("client", clientId)
                                .param("jti", RateLimiter.sha256(jti))
                                .param("expires", tx.time(expires.plus(SKEW)))
                                .update()
                        > 0;
        if (!first) {
            audit.record(
                    tx,
                    new AuthEvent(
                            clock.instant(),
                            AuthEventKind.ASSERTION_REPLAYED,
                            null,
                            null,
                            "",
                            "",
                            clientId));
        }
        return first;
    }

    private static OAuth2TokenValidatorResult failure(String why) {
        return OAuth2TokenValidatorResult.failure(new OAuth2Error(INVALID, why, null));
    }
}
