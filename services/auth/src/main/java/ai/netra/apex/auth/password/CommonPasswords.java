package ai.netra.apex.auth.password;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The passwords that guessers try first, known offline. The list holds the stems; a password is
 * common when it is a stem under the usual disguises: upper case, digits or signs in front or
 * behind, look-alikes for letters, the stem written twice. So a few hundred lines stand for some
 * hundred thousand passwords. Beside it: one repeated character, runs of the alphabet, of digits
 * and of the keyboard. Immutable.
 */
final class CommonPasswords {

    private static final String RESOURCE = "common-passwords.txt";
    private static final String[] RUNS = {
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890123456789",
        "98765432109876543210",
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertyuiop[]",
        "asdfghjkl;'",
        "zxcvbnm,./",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "qazwsxedcrfvtgbyhnujmikolp",
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8o9p0",
        "azertyuiopqsdfghjklmwxcvbn",
        "qwertzuiopasdfghjklyxcvbnm",
        "!@#$%^&*()_+",
    };

    private static final int MIN_STEM = 3;
    private static final int MAX_AFFIXES = 8;
    private static final int MIN_DIGITS = 12;

    private final Set<String> stems;

    private CommonPasswords(Set<String> stems) {
        this.stems = stems;
    }

    static CommonPasswords load() {
        try (InputStream in = CommonPasswords.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the build");
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new CommonPasswords(
                    lines.lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(String password) {
        String lower = password.toLowerCase(Locale.ROOT);
        String core = core(lower);
        boolean disguise = lower.length() - core.length() <= MAX_AFFIXES;
        return date(lower)
                || known(lower)
                || known(plain(lower))
                || (disguise && (known(core) || known(plain(core))));
    }

    private boolean known(String word) {
        return word.length() >= MIN_STEM
                && (stems.contains(word) || predictable(word) || twice(word));
    }

    /** A date, a telephone number: digits alone do not make a password until there are many. */
    private static boolean date(String word) {
        return word.length() < MIN_DIGITS && word.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Without digits and signs in front and behind. */
    private static String core(String word) {
        return word.replaceAll("^[^\\p{L}]+|[^\\p{L}]+$", "");
    }

    /** With look-alikes turned back into letters. */
    private static String plain(String word) {
        return word.replace('0', 'o')
                .replace('1', 'i')
                .replace('!', 'i')
                .replace('3', 'e')
                .replace('4', 'a')
                .replace('@', 'a')
                .replace('5', 's')
                .replace('$', 's')
                .replace('7', 't');
    }

    private boolean twice(String word) {
        int half = word.length() / 2;
        return word.length() % 2 == 0
                && half > 0
                && word.substring(0, half).equals(word.substring(half))
                && (half < PasswordRules.MIN_LENGTH / 2 + 1
                        || stems.contains(word.substring(0, half)));
    }

    private static boolean predictable(String word) {
        if (word.chars().distinct().count() <= 2) {
            return true;
        }
        String backwards = new StringBuilder(word).reverse().toString();
        for (String run : RUNS) {
            if (run.contains(word) || run.contains(backwards)) {
                return true;
            }
        }
        return false;
    }
}
