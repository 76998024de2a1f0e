package ai.netra.apex.auth.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to an account or a session.
 *
 * @param accountId the account, or null when none is known
 * @param sessionId the session, or null when none is concerned
 * @param address where the request came from; empty when nothing came over the network
 * @param correlationId finds the request in logs; empty without one
 * @param detail a short sentence without secrets; may be empty
 */
public record AuthEvent(
        Instant at,
        AuthEventKind kind,
        @Nullable UUID accountId,
        @Nullable UUID sessionId,
        String address,
        String correlationId,
        String detail) {}
