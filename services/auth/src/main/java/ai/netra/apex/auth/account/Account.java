package ai.netra.apex.auth.account;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account as the database has it. */
record Account(
        UUID id,
        String email,
        String displayName,
        List<String> roles,
        @Nullable String passwordHash,
        Instant createdAt) {

    Account {
        roles = List.copyOf(roles);
    }

    User user() {
        return new User(id, email, displayName, roles, createdAt);
    }

    @Override
    public String toString() {
        return "Account[id=" + id + "]";
    }
}
