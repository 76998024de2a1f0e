package ai.netra.apex.embedded.clickhouse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
     * INSERT INTO ... FORMAT Name, up to the white space after the name. A VALUES or SELECT before
     * it makes it another kind of INSERT; quoted names are skipped as a whole, so that a table
     * called `format` does not matter.
     */
    private static final Pattern INSERT_WITH_ROWS =
            Pattern.compile(
                    "^(\\s*INSERT\\s+INTO\\s+(?:`[^`]*+`|\"[^\"]*+\"|'[^']*+'|(?!\\b(?:VALUES|SELECT|WITH|FORMAT)\\b)[^`\"'])++?)"
                            + "\\bFORMAT\\s+(\\w+)[ \\t;]*(?:\\r?\\n|$|\\s)",
                    Pattern.CASE_INSENSITIVE);

    static Statement parse(String text) {
        Matcher matcher = INSERT_WITH_ROWS.matcher(text);
        if (matcher.find() && !matcher.group(2).equalsIgnoreCase("Values")) {
            return new Statement(matcher.group(1), matcher.group(2), matcher.end());
        }
        return new Statement(text, null, text.length());
    }
}
