package ai.netra.apex.embedded.clickhouse;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A statement as it came: either complete, or an INSERT whose rows follow in a format.
 *
 * @param sql the statement; for an INSERT with rows without its FORMAT clause
 * @param rowFormat the format of the rows that follow, or null
 * @param rowsFrom index in the given text where rows begin; its length when none are in it
 */
record Statement(String sql, @Nullable String rowFormat, int rowsFrom) {

    /**
     * Finds {@code INSERT INTO … FORMAT Name} with no VALUES, SELECT or WITH before the FORMAT.
     * Quoted names and what is in parentheses are passed over, so that a table or column called
     * format does not matter.
     */
    static Statement parse(String text) {
        Statement whole = new Statement(text, null, text.length());
        int words = 0;
        int depth = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"' || c == '`') {
                at = afterQuoted(text, at);
            } else if (Character.isLetter(c) || c == '_') {
                int end = afterWord(text, at);
                String word = text.substring(at, end).toUpperCase(Locale.ROOT);
                words++;
                if ((words == 1 && !word.equals("INSERT"))
                        || (words == 2 && !word.equals("INTO"))) {
                    return whole;
                }
                if (depth == 0 && words > 2) {
                    if (word.equals("FORMAT")) {
                        return withRows(text, at, end, whole);
                    }
                    if (word.equals("VALUES") || word.equals("SELECT") || word.equals("WITH")) {
                        return whole;
                    }
                }
                at = end;
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                at++;
            }
        }
        return whole;
    }

    private static Statement withRows(String text, int clause, int afterClause, Statement whole) {
        int name = afterBlank(text, afterClause);
        int end = afterWord(text, name);
        String format = text.substring(name, end);
        if (format.isEmpty() || format.equalsIgnoreCase("Values")) {
            return whole;
        }
        int rows = end;
        while (rows < text.length() && (text.charAt(rows) == ' ' || text.charAt(rows) == ';')) {
            rows++;
        }
        if (text.startsWith("\r\n", rows)) {
            rows += 2;
        } else if (text.startsWith("\n", rows)) {
            rows++;
        }
        return new Statement(text.substring(0, clause), format, rows);
    }

    private static int afterQuoted(String text, int quote) {
        char mark = text.charAt(quote);
        int at = quote + 1;
        while (at < text.length() && text.charAt(at) != mark) {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, text.length());
    }

    private static int afterWord(String text, int start) {
        int at = start;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return at;
    }

    private static int afterBlank(String text, int start) {
        int at = start;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
