package ai.netra.apex.auth.account;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people may call themselves: anything readable, within a length. */
final class DisplayName {

    private static final int MAX_LENGTH = 80;

    private DisplayName() {}

    /** Why {@code name} is refused; empty when it is not. */
    static Optional<String> objection(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return Optional.of("Enter a name.");
        }
        String text = name.strip();
        if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
            return Optional.of("Use at most " + MAX_LENGTH + " characters.");
        }
        boolean unreadable =
                text.codePoints()
                        .anyMatch(
                                c ->
                                        Character.isISOControl(c)
                                                || Character.getType(c) == Character.SURROGATE
                                                || isDirectionOverride(c));
        return unreadable ? Optional.of("Use characters that can be read.") : Optional.empty();
    }

    /** Characters that make text read in another order than it is written. */
    private static boolean isDirectionOverride(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }
}
