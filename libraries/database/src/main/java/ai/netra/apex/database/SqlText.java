package ai.netra.apex.database;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the text of one or more statements tells of them without being parsed. Says yes too often
 * rather than too rarely: a semicolon within a literal looks like the beginning of a statement.
 * What hides inside functions no text shows, therefore connections are also looked at now and then.
 *
 * @param suspicious whether it can leave something behind in its session: settings, a role, locks,
 *     temporary tables, channels, cursors
 * @param comesFirst whether it has to come before any query of its transaction
 * @param mayEnd whether it may end the transaction it is run in
 * @param ends whether its first statement ends the transaction it is run in; never too often
 * @param permits whether it may permit writing where only reading is allowed
 * @param calls whether it runs something that may commit in its midst
 */
record SqlText(
        boolean suspicious,
        boolean comesFirst,
        boolean mayEnd,
        boolean ends,
        boolean permits,
        boolean calls) {

    /** Of a text that is not known. */
    static final SqlText UNKNOWN = new SqlText(true, false, true, false, false, true);

    private static final Set<String> LEAVE_SOMETHING =
            Set.of(
                    "set",
                    "reset",
                    "listen",
                    "unlisten",
                    "load",
                    "do",
                    "call",
                    "prepare",
                    "execute",
                    "discard",
                    "begin",
                    "start",
                    "declare");

    private static final Set<String> COME_FIRST = Set.of("set", "begin", "start");
    private static final Set<String> CALL = Set.of("call", "do");
    private static final Set<String> END = Set.of("commit", "end", "rollback", "abort", "prepare");

    private static final Pattern ANYWHERE =
            Pattern.compile(
                    "\\btemp(?:orary)?\\b|advisory|set_config|pg_temp|\\bwith\\s+hold\\b",
                    Pattern.CASE_INSENSITIVE);

    private static final Set<String> SET_MODES = Set.of("set", "begin", "start", "do");
    private static final Pattern SET_BY_FUNCTION =
            Pattern.compile("set_config", Pattern.CASE_INSENSITIVE);
    private static final Pattern MODE =
            Pattern.compile("\\bread\\b|transaction_read_only", Pattern.CASE_INSENSITIVE);

    /** Without its end, so that nothing is passed over: a savepoint is no end of a transaction. */
    private static final Pattern TO_SAVEPOINT =
            Pattern.compile(
                    "rollback\\s+(?:(?:work|transaction)\\s+)?to\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern TWO_PHASES =
            Pattern.compile("prepare\\s+transaction\\b", Pattern.CASE_INSENSITIVE);

    /** Of a function or block: nothing in it ends a transaction that was open before. */
    private static final Pattern BODY = Pattern.compile("\\$(\\w*)\\$.*?\\$\\1\\$", Pattern.DOTALL);

    private static final int CACHED = 2_000;
    private static final int CACHED_LENGTH = 4_000;
    private static final Map<String, SqlText> JUDGED = new ConcurrentHashMap<>();

    /** This and another one after it. */
    SqlText and(SqlText next) {
        return new SqlText(
                suspicious || next.suspicious,
                comesFirst,
                mayEnd || next.mayEnd,
                ends,
                permits || next.permits,
                calls || next.calls);
    }

    /** Judges a text. */
    static SqlText of(@Nullable String sql) {
        if (sql == null) {
            return UNKNOWN;
        }
        SqlText judged = JUDGED.get(sql);
        if (judged != null) {
            return judged;
        }
        int first = skipBlank(sql, 0);
        SqlText text =
                new SqlText(
                        ANYWHERE.matcher(sql).find()
                                || anyStatement(sql, at -> LEAVE_SOMETHING.contains(word(sql, at))),
                        COME_FIRST.contains(word(sql, first)),
                        anyEnds(BODY.matcher(sql).replaceAll("''")),
                        ends(sql, first),
                        permits(sql),
                        anyStatement(sql, at -> CALL.contains(word(sql, at))));
        // Bounded: applications have few statements; generated ones are judged each time.
        if (JUDGED.size() < CACHED && sql.length() < CACHED_LENGTH) {
            JUDGED.put(sql, text);
        }
        return text;
    }

    private static boolean permits(String sql) {
        Matcher mode = MODE.matcher(sql);
        boolean named = false;
        while (!named && mode.find()) {
            named =
                    mode.group().length() > "read".length()
                            || word(sql, skipBlank(sql, mode.end())).equals("write");
        }
        return named
                && (SET_BY_FUNCTION.matcher(sql).find()
                        || anyStatement(sql, at -> SET_MODES.contains(word(sql, at))));
    }

    private static boolean anyEnds(String sql) {
        return anyStatement(sql, at -> ends(sql, at));
    }

    private static boolean ends(String sql, int at) {
        String word = word(sql, at);
        if (!END.contains(word)) {
            return false;
        }
        return switch (word) {
            case "rollback" -> !looksAt(TO_SAVEPOINT, sql, at);
            case "prepare" -> looksAt(TWO_PHASES, sql, at);
            default -> true;
        };
    }

    private static boolean looksAt(Pattern pattern, String sql, int at) {
        return pattern.matcher(sql).region(at, sql.length()).lookingAt();
    }

    /**
     * Whether any statement is of a kind.
     *
     * @param kind told where a statement begins
     */
    private static boolean anyStatement(String sql, Predicate<Integer> kind) {
        int end = 0;
        while (true) {
            int begin = skipBlank(sql, end);
            if (kind.test(begin)) {
                return true;
            }
            int semicolon = sql.indexOf(';', begin);
            if (semicolon < 0) {
                return false;
            }
            end = semicolon + 1;
        }
    }

    /** The word that begins there, in lower case. */
    private static String word(String sql, int at) {
        int end = at;
        while (end < sql.length()
                && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
            end++;
        }
        return sql.substring(at, end).toLowerCase(Locale.ROOT);
    }

    /** Passes over space, comments, which may be nested, and what begins a call of JDBC's. */
    private static int skipBlank(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == '{' || c == '?' || c == '=') {
                at++;
            } else if (sql.startsWith("--", at)) {
                at = endOfLine(sql, at);
            } else if (sql.startsWith("/*", at)) {
                at = endOfComment(sql, at);
            } else {
                return at;
            }
        }
        return at;
    }

    private static int endOfLine(String sql, int from) {
        int at = from;
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private static int endOfComment(String sql, int from) {
        int depth = 0;
        int at = from;
        do {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length());
        return Math.min(at, sql.length());
    }
}
