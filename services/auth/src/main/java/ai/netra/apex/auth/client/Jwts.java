package ai.netra.apex.auth.client;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.springframework.security.oauth2.jwt.Jwt;

/** Our tokens in the form Spring's authorization server works with. */
final class Jwts {

    private Jwts() {}

    static Jwt of(String value, JWTClaimsSet claims) {
        Instant issued = instant(claims.getIssueTime());
        Instant expires = instant(claims.getExpirationTime());
        return Jwt.withTokenValue(value)
                .header("alg", "ES256")
                .claims(
                        all -> {
                            all.putAll(claims.getClaims());
                            all.put("aud", List.copyOf(claims.getAudience()));
                            all.put("iat", issued);
                            all.put("exp", expires);
                        })
                .build();
    }

    private static Instant instant(Date date) {
        return date.toInstant();
    }
}
