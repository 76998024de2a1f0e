package ai.netra.apex.auth.session;

import java.util.List;
import java.util.UUID;

/** The person who calls, as a handler's parameter; their session stands. */
public record Caller(UUID accountId, UUID sessionId, List<String> roles) {
    public Caller {
        roles = List.copyOf(roles);
    }
}
