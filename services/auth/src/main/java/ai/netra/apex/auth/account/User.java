package ai.netra.apex.auth.account;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A person as the API shows them. */
public record User(
        UUID id, String email, String displayName, List<String> roles, Instant createdAt) {
    public User {
        roles = List.copyOf(roles);
    }
}
