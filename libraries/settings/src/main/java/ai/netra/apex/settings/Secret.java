package ai.netra.apex.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A credential that cannot be printed by accident: {@link #toString()} never shows it, and it is
 * not serializable. Equality takes the same time whatever the values. Immutable and thread-safe.
 */
public final class Secret {
    private static final String HIDDEN = "[secret]";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Wraps a credential.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public static Secret of(String value) {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("A secret cannot be empty");
        }
        return new Secret(value);
    }

    /** The credential itself. Call it where the credential is used, and keep no copy. */
    public String reveal() {
        return value;
    }

    /** Why anybody could guess it, without repeating it; empty when it is strong enough. */
    public Optional<String> weakness() {
        return SecretStrength.weakness(value);
    }

    /** Length in characters. */
    public int length() {
        return value.length();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8),
                        that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return HIDDEN;
    }
}
