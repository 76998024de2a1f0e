package ai.netra.apex.embedded.clickhouse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error in ClickHouse's own terms.
 *
 * @param code ClickHouse's number, see {@code src/Common/ErrorCodes.cpp} there
 * @param message the whole line as a client shows it
 */
record EngineError(int code, String message) {

    static final int NOT_IMPLEMENTED = 48;
    static final int SYNTAX_ERROR = 62;
    static final int READONLY = 164;
    static final int TOO_MANY_SIMULTANEOUS_QUERIES = 202;
    static final int TOO_LARGE = 61;
    static final int AUTHENTICATION_FAILED = 516;
    private static final int STD_EXCEPTION = 1001;

    private static final Pattern CODE = Pattern.compile("Code: (\\d+)\\.");

    /** From the text the engine gives. */
    static EngineError parse(String text) {
        Matcher matcher = CODE.matcher(text);
        return new EngineError(
                matcher.find() ? Integer.parseInt(matcher.group(1)) : STD_EXCEPTION, text.strip());
    }

    static EngineError of(int code, String name, String detail) {
        return new EngineError(
                code, "Code: " + code + ". DB::Exception: " + detail + " (" + name + ")");
    }

    /** The HTTP status a ClickHouse server answers with. */
    int status() {
        return switch (code) {
            case 194 -> 401; // REQUIRED_PASSWORD
            case 192, 193, AUTHENTICATION_FAILED, 497 ->
                    403; // unknown user, wrong password, access denied
            case 6, 27, 38, 41, 53, 62, 69, 70, 72, 386, 636 -> 400; // cannot parse, syntax error
            case 16, 46, 47, 60, 63, 81, 115, 390 ->
                    404; // unknown column, function, table, setting ...
            case TOO_LARGE -> 413;
            case NOT_IMPLEMENTED -> 501;
            case 159 -> 408; // TIMEOUT_EXCEEDED
            case TOO_MANY_SIMULTANEOUS_QUERIES -> 503;
            default -> 500;
        };
    }
}
