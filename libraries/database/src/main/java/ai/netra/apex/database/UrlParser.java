package ai.netra.apex.database;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes a database URL apart. Several hosts and percent-encoded parts make {@link java.net.URI} the
 * wrong tool. A URL with a password is refused, and none of its text is repeated in the reason.
 */
final class UrlParser {

    /** Decoded parts, with the JDBC driver's names of parameters. */
    record Parts(
            String hosts, String database, @Nullable String user, Map<String, String> parameters) {}

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");

    private UrlParser() {}

    static Optional<Parts> parse(String text, ProblemSink problems) {
        String rest = afterScheme(text.strip(), problems);
        if (rest == null) {
            return Optional.empty();
        }
        int question = rest.indexOf('?');
        String query = question < 0 ? "" : rest.substring(question + 1);
        String beforeQuery = question < 0 ? rest : rest.substring(0, question);
        if (rest.indexOf('#') >= 0) {
            problems.report(
                    "url", "contains '#'", "percent-encode it as %23 inside a name or a value");
            return Optional.empty();
        }
        if (beforeQuery.indexOf('@') < 0 && query.indexOf('@') >= 0) {
            // What stands before the '@' may be a password.
            problems.report(
                    "url", "has a '?' before its '@'", "percent-encode '?' as %3F and '@' as %40");
            return Optional.empty();
        }
        // The last '@' ends the user part: a password typed in raw may contain one.
        int at = beforeQuery.lastIndexOf('@');
        String userInfo = at < 0 ? "" : beforeQuery.substring(0, at);
        String hostAndPath = beforeQuery.substring(at + 1);
        if (userInfo.indexOf(':') >= 0) {
            problems.report(
                    "url",
                    "contains a password",
                    "take it out and give it as a secret file: URLs end up in logs");
            userInfo = userInfo.substring(0, userInfo.indexOf(':'));
        }
        int slash = hostAndPath.indexOf('/');
        String hosts = slash < 0 ? hostAndPath : hostAndPath.substring(0, slash);
        // Only the JDBC driver takes them as they are.
        boolean jdbc = text.strip().regionMatches(true, 0, "jdbc:", 0, 5);
        String database = slash < 0 ? "" : hostAndPath.substring(slash + 1);
        return Optional.of(
                new Parts(
                        jdbc ? hosts : decode("host", hosts, problems),
                        decode("database", database, problems),
                        userInfo.isEmpty() ? null : decode("user", userInfo, problems),
                        parameters(query, jdbc, problems)));
    }

    private static @Nullable String afterScheme(String text, ProblemSink problems) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (String scheme : new String[] {"jdbc:postgresql://", "postgresql://", "postgres://"}) {
            if (lower.startsWith(scheme)) {
                return text.substring(scheme.length());
            }
        }
        problems.report(
                "driver",
                "the URL is not of PostgreSQL",
                "start it with postgresql:// or jdbc:postgresql://");
        return null;
    }

    private static Map<String, String> parameters(
            String query, boolean jdbc, ProblemSink problems) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name =
                    decode("parameter", equals < 0 ? pair : pair.substring(0, equals), problems);
            if (name.isEmpty()) {
                problems.report("parameter", "has no name", "write name=value, separated by &");
            } else if (!NAME.matcher(name).matches()) {
                problems.report("parameter", "has a name that none has", "use letters and digits");
            } else if (name.equalsIgnoreCase("password") || name.equalsIgnoreCase("user")) {
                problems.report(
                        name.toLowerCase(Locale.ROOT),
                        "is a parameter of the URL",
                        "give credentials apart from the URL: URLs end up in logs");
            } else {
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                String decoded = decode(name, value, problems);
                var parameter =
                        jdbc
                                ? new ParameterNames.Parameter(name, decoded)
                                : ParameterNames.fromLibpq(name, decoded);
                if (found.put(parameter.name(), parameter.value()) != null) {
                    problems.report(name, "is given twice", "keep one of them");
                }
            }
        }
        return found;
    }

    /** Percent-decodes UTF-8; a plus stays a plus, as in libpq. */
    private static String decode(String field, String text, ProblemSink problems) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer octets = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                octets.put(raw[i]);
                continue;
            }
            int high = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 <= raw.length - 1 ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                problems.report(field, "has a broken percent-encoding", "write % itself as %25");
                return "";
            }
            octets.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
        } catch (CharacterCodingException e) {
            problems.report(field, "is not UTF-8 after decoding", "encode the name as UTF-8");
            return "";
        }
    }
}
