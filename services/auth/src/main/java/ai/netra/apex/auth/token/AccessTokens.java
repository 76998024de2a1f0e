package ai.netra.apex.auth.token;

import ai.netra.apex.contracts.TokenClaims;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Issues access tokens: JWTs signed with ES256. Thread-safe. */
public final class AccessTokens {

    private final TokenConfig config;
    private final SigningKeys keys;
    private final Clock clock;
    private volatile Signer current;

    private record Signer(ECKey key, JWSSigner signer) {}

    public AccessTokens(TokenConfig config, SigningKeys keys, Clock clock) {
        this.config = config;
        this.keys = keys;
        this.clock = clock;
        this.current = signer(keys.signing());
    }

    private static Signer signer(ECKey key) {
        try {
            return new Signer(key, new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the signing key cannot sign", e);
        }
    }

    /** The signer of the key that signs now; the same one as long as that does not change. */
    private Signer signer() {
        ECKey key = keys.signing();
        Signer known = current;
        if (!known.key().getKeyID().equals(key.getKeyID())) {
            known = signer(key);
            current = known;
        }
        return known;
    }

    /**
     * A token just made.
     *
     * @param value the JWT in its compact form
     * @param life how long it holds
     */
    public record Issued(
            String value, Instant issuedAt, Instant expiresAt, Duration life, JWTClaimsSet claims) {
        @Override
        public String toString() {
            return "Issued[expiresAt=" + expiresAt + "]";
        }
    }

    /** A token by which a person uses the API within one session. */
    public Issued forPerson(UUID account, UUID session, Collection<String> roles) {
        return sign(
                new JWTClaimsSet.Builder()
                        .subject(account.toString())
                        .audience(TokenClaims.AUDIENCE_API)
                        .claim(TokenClaims.SESSION_ID, session.toString())
                        .claim(TokenClaims.ROLES, List.copyOf(roles)),
                config.accessLife());
    }

    /** A token by which the service {@code client} speaks to the one named by {@code audience}. */
    public Issued forService(String client, String audience) {
        return sign(
                new JWTClaimsSet.Builder()
                        .subject(client)
                        .audience(audience)
                        .claim("client_id", client),
                config.serviceLife());
    }

    private Issued sign(JWTClaimsSet.Builder builder, Duration life) {
        // JWT times are whole seconds; cut down, so that no token is of the future.
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plus(life);
        JWTClaimsSet claims =
                builder.issuer(config.issuer().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(end))
                        .jwtID(UUID.randomUUID().toString())
                        .build();
        Signer signer = signer();
        var jwt =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID(signer.key().getKeyID())
                                .type(JOSEObjectType.JWT)
                                .build(),
                        claims);
        try {
            jwt.sign(signer.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("a token could not be signed", e);
        }
        return new Issued(jwt.serialize(), now, end, life, claims);
    }
}
