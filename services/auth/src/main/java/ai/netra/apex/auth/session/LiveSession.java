package ai.netra.apex.auth.session;

import java.util.List;
import java.util.UUID;

/** A session that stands, with its person's roles of this moment. */
public record LiveSession(UUID accountId, UUID sessionId, List<String> roles) {
    public LiveSession {
        roles = List.copyOf(roles);
    }
}
