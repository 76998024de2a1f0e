package ai.netra.apex.auth.account;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An e-mail address that can be written to: the form HTML's input type accepts (WHATWG), within the
 * lengths of RFC 5321.
 *
 * @param text as it was given, without blanks around it
 * @param key the form by which two are the same
 */
record EmailAddress(String text, String key) {

    private static final int MAX_LENGTH = 254;
    private static final int MAX_LOCAL = 64;
    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern FORM =
            Pattern.compile(
                    "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,"
                            + MAX_LOCAL
                            + "}@"
                            + LABEL
                            + "(?:\\."
                            + LABEL
                            + ")*");

    static Optional<EmailAddress> parse(String given) {
        String text = given.strip();
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches()
                ? Optional.of(new EmailAddress(text, text.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }
}
