package ai.netra.apex.backend.account;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.TokenClaims;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Verifies access tokens here, by auth's public keys, and remembers those verified until they end
 * or their session is revoked. The cache's keys are digests: a dump of memory holds no token that
 * could be used.
 *
 * <p>Thread-safe.
 */
public final class Tokens {

    private static final int MAX_LENGTH = 8_192;

    private final SigningKeys keys;
    private final Sessions sessions;
    private final String issuer;
    private final Clock clock;
    private final Cache<String, Caller> verified;

    Tokens(SigningKeys keys, Sessions sessions, String issuer, int maxCached, Clock clock) {
        this.keys = keys;
        this.sessions = sessions;
        this.issuer = issuer;
        this.clock = clock;
        this.verified = Caffeine.newBuilder().maximumSize(maxCached).build();
    }

    /**
     * Who is behind {@code token}.
     *
     * @throws TokenException when it is no valid token of a session that lasts
     */
    public Caller verify(String token) throws TokenException {
        if (token.length() > MAX_LENGTH) {
            throw forged();
        }
        String digest = digest(token);
        Caller caller = verified.getIfPresent(digest);
        if (caller == null) {
            caller = parse(token);
            sessions.check(caller, token);
            verified.put(digest, caller);
        }
        if (!caller.expiresAt().isAfter(clock.instant())) {
            verified.invalidate(digest);
            throw new TokenException(
                    ErrorCode.TOKEN_EXPIRED, "The access token has expired: refresh it.");
        }
        if (sessions.isRevoked(caller.sessionId())) {
            verified.invalidate(digest);
            throw revoked();
        }
        return caller;
    }

    /** Whether the sign-in of {@code caller} was ended. */
    public boolean isRevoked(Caller caller) {
        return sessions.isRevoked(caller.sessionId());
    }

    private Caller parse(String token) throws TokenException {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            String keyId = jwt.getHeader().getKeyID();
            if (!JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm()) || keyId == null) {
                throw forged();
            }
            JWK key = keys.find(keyId);
            if (key == null || !jwt.verify(new ECDSAVerifier(key.toECKey()))) {
                throw forged();
            }
            return caller(jwt.getJWTClaimsSet());
        } catch (IOException e) {
            throw new TokenException(
                    ErrorCode.UNAVAILABLE,
                    "Sign-ins cannot be checked right now. Try again in a moment.");
        } catch (ParseException | JOSEException | RuntimeException e) {
            // The parser also throws unchecked ones at what is no token.
            throw forged();
        }
    }

    private Caller caller(JWTClaimsSet claims) throws TokenException, ParseException {
        Instant expiresAt =
                claims.getExpirationTime() == null
                        ? Instant.MIN
                        : claims.getExpirationTime().toInstant();
        String sessionId = claims.getStringClaim(TokenClaims.SESSION_ID);
        if (!issuer.equals(claims.getIssuer())
                || !claims.getAudience().contains(TokenClaims.AUDIENCE_API)
                || claims.getSubject() == null
                || sessionId == null) {
            throw forged();
        }
        List<String> roles = claims.getStringListClaim(TokenClaims.ROLES);
        try {
            return new Caller(
                    UUID.fromString(claims.getSubject()),
                    sessionId,
                    roles == null ? Set.of() : Set.copyOf(roles),
                    expiresAt);
        } catch (IllegalArgumentException e) {
            throw forged();
        }
    }

    private static TokenException forged() {
        return new TokenException(
                ErrorCode.UNAUTHENTICATED, "The access token is not valid: sign in again.");
    }

    static TokenException revoked() {
        return new TokenException(
                ErrorCode.UNAUTHENTICATED, "This sign-in was ended: sign in again.");
    }

    private static String digest(String token) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
