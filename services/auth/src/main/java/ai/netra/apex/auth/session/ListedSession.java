package ai.netra.apex.auth.session;

import java.time.Instant;
import java.util.UUID;

/**
 * A session as its owner sees it.
 *
 * @param current whether the question came from this very session
 */
public record ListedSession(
        UUID id,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt,
        String userAgent,
        String address,
        boolean current) {}
