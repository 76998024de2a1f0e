package ai.netra.apex.settings;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Shows a refused value only where it cannot hold a credential that was put in the wrong place. */
final class Redaction {
    private static final int MAX_SHOWN = 60;
    private static final int MIN_SECRET = 4;
    private static final Pattern SUSPICIOUS =
            Pattern.compile(
                    "@|password|passwd|pwd|secret|token|api_?-?key|bearer|private|credential|\\bsk-|"
                            + "-----begin|[a-z0-9+/_-]{20,}");

    private final Set<String> secrets = new HashSet<>();

    Redaction(Collection<String> secrets) {
        for (String secret : secrets) {
            if (secret.length() >= MIN_SECRET) {
                this.secrets.add(secret);
            }
        }
    }

    /** The value in quotes, or words that do not give it away. */
    String show(String value) {
        if (SUSPICIOUS.matcher(value.toLowerCase(Locale.ROOT)).find()
                || secrets.stream().anyMatch(value::contains)) {
            return "its value (hidden)";
        }
        String printable = value.replaceAll("\\p{C}", "?");
        return printable.length() > MAX_SHOWN
                ? '"' + printable.substring(0, MAX_SHOWN) + "…\""
                : '"' + printable + '"';
    }
}
