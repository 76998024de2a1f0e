package ai.netra.apex.auth.token;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A token of ours whose signature, issuer and claims hold. */
public sealed interface VerifiedToken {

    /** The token's own id. */
    String jti();

    Instant expiresAt();

    /** A person's access token. */
    record Person(
            UUID account,
            UUID session,
            List<String> roles,
            String jti,
            Instant issuedAt,
            Instant expiresAt)
            implements VerifiedToken {
        public Person {
            roles = List.copyOf(roles);
        }
    }

    /** A service's token, bound to the audience it was made for. */
    record Service(String client, String audience, String jti, Instant issuedAt, Instant expiresAt)
            implements VerifiedToken {}
}
