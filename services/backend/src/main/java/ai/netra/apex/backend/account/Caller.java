package ai.netra.apex.backend.account;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * The person behind a verified access token. A controller under {@code /api} takes it as a method
 * argument.
 *
 * @param userId the person
 * @param sessionId the sign-in the token belongs to
 * @param roles role names of {@link ai.netra.apex.contracts.TokenClaims}
 * @param expiresAt when the token ends
 */
public record Caller(UUID userId, String sessionId, Set<String> roles, Instant expiresAt) {

    public Caller {
        roles = Set.copyOf(roles);
    }
}
