package ai.netra.apex.auth.password;

import java.util.Locale;
import java.util.Optional;

/**
 * Which passwords are refused: too short, too long to be hashed for free, known to every guesser,
 * or made of what is known about the person. Nothing else: no composition rules, and the password
 * is taken exactly as it was typed. Thread-safe.
 */
public final class PasswordRules {

    /** In code points. */
    public static final int MIN_LENGTH = 8;

    /** In code points; far above what people use, and a bound on what is hashed. */
    public static final int MAX_LENGTH = 256;

    private final CommonPasswords common = CommonPasswords.load();

    /**
     * Why {@code password} is refused for this person, as a sentence to them; empty when it is not.
     */
    public Optional<String> objection(String password, String email, String displayName) {
        int length = password.codePointCount(0, password.length());
        if (length < MIN_LENGTH) {
            return Optional.of("Use at least " + MIN_LENGTH + " characters.");
        }
        if (length > MAX_LENGTH) {
            return Optional.of("Use at most " + MAX_LENGTH + " characters.");
        }
        if (common.contains(password)) {
            return Optional.of("This password is among those that are guessed first.");
        }
        if (personal(password, email, displayName)) {
            return Optional.of("Do not use your name or your e-mail address as the password.");
        }
        return Optional.empty();
    }

    private static boolean personal(String password, String email, String displayName) {
        String given = strip(password);
        String address = email.toLowerCase(Locale.ROOT);
        String local = address.substring(0, Math.max(0, address.indexOf('@')));
        return password.equalsIgnoreCase(email)
                || (!given.isEmpty()
                        && (given.equals(strip(local)) || given.equals(strip(displayName))));
    }

    /** Letters only, in lower case: "Ada.Byron1815!" and "ada byron" are one and the same. */
    private static String strip(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]", "");
    }
}
