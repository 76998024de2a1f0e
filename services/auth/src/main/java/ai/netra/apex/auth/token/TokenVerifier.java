package ai.netra.apex.auth.token;

import ai.netra.apex.contracts.TokenClaims;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Verifies tokens of this issuer. A signature costs 0.4 ms to check, so what was found valid is
 * remembered, under the hash of the token, in a bounded cache; the time is checked every time.
 * Whether the session behind a token still stands is not known here. Thread-safe.
 */
public final class TokenVerifier {

    private static final int MAX_TOKEN_CHARS = 4096;
    private static final int CACHED_TOKENS = 20_000;

    private final String issuer;
    private final SigningKeys keys;
    private final Clock clock;
    private final Cache<ByteBuffer, VerifiedToken> valid =
            Caffeine.newBuilder().maximumSize(CACHED_TOKENS).build();

    public TokenVerifier(TokenConfig config, SigningKeys keys, Clock clock) {
        this.issuer = config.issuer().toString();
        this.keys = keys;
        this.clock = clock;
    }

    /** What became of a token. */
    public sealed interface Outcome {

        /** It holds now. */
        record Valid(VerifiedToken token) implements Outcome {}

        /** It was ours and its time is over. */
        record Expired() implements Outcome {}

        /** It is none of ours. */
        record Invalid() implements Outcome {}
    }

    /** Verifies {@code token}, which may be any string. */
    public Outcome verify(String token) {
        if (token.length() > MAX_TOKEN_CHARS) {
            return new Outcome.Invalid();
        }
        ByteBuffer key = hash(token);
        VerifiedToken known = valid.getIfPresent(key);
        if (known == null) {
            known = check(token);
            if (known == null) {
                return new Outcome.Invalid();
            }
            valid.put(key, known);
        }
        if (!known.expiresAt().isAfter(clock.instant())) {
            valid.invalidate(key);
            return new Outcome.Expired();
        }
        return new Outcome.Valid(known);
    }

    private @Nullable VerifiedToken check(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            ECKey key = keys.byId(jwt.getHeader().getKeyID());
            if (key == null
                    || !JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())
                    || !jwt.verify(new ECDSAVerifier(key))) {
                return null;
            }
            return read(jwt.getJWTClaimsSet()).orElse(null);
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return null;
        }
    }

    private Optional<VerifiedToken> read(JWTClaimsSet claims) throws ParseException {
        List<String> audience = claims.getAudience();
        boolean complete =
                issuer.equals(claims.getIssuer())
                        && audience.size() == 1
                        && claims.getSubject() != null
                        && claims.getJWTID() != null
                        && claims.getIssueTime() != null
                        && claims.getExpirationTime() != null;
        if (!complete) {
            return Optional.empty();
        }
        Instant issued = claims.getIssueTime().toInstant();
        Instant expires = claims.getExpirationTime().toInstant();
        String session = claims.getStringClaim(TokenClaims.SESSION_ID);
        if (!audience.getFirst().equals(TokenClaims.AUDIENCE_API)) {
            return Optional.of(
                    new VerifiedToken.Service(
                            claims.getSubject(),
                            audience.getFirst(),
                            claims.getJWTID(),
                            issued,
                            expires));
        }
        List<String> roles = claims.getStringListClaim(TokenClaims.ROLES);
        if (session == null || roles == null) {
            return Optional.empty();
        }
        return Optional.of(
                new VerifiedToken.Person(
                        UUID.fromString(claims.getSubject()),
                        UUID.fromString(session),
                        roles,
                        claims.getJWTID(),
                        issued,
                        expires));
    }

    private static ByteBuffer hash(String token) {
        try {
            return ByteBuffer.wrap(
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
