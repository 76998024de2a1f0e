package ai.netra.apex.resilience;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A SQLSTATE and what it means: the whole of PostgreSQL's appendix A ("PostgreSQL Error Codes"),
 * and for codes that are not in it the meaning of their class, which is their first two characters.
 *
 * @param code five characters
 * @param condition PostgreSQL's name of it
 * @param kind the one kind of failure it is
 * @param passing whether the cause is one that passes
 */
public record SqlState(String code, String condition, FailureKind kind, boolean passing) {

    private static final Map<String, SqlState> TABLE = load();

    /** What {@code code} means; for an unknown code its class's meaning, or {@code UNKNOWN}. */
    public static SqlState of(String code) {
        SqlState exact = TABLE.get(code);
        if (exact != null) {
            return exact;
        }
        SqlState general = code.length() < 2 ? null : TABLE.get(code.substring(0, 2) + "000");
        return general == null
                ? new SqlState(code, "unknown_sqlstate", FailureKind.UNKNOWN, false)
                : new SqlState(code, general.condition(), general.kind(), general.passing());
    }

    /** Every code of the table, in order. */
    public static Map<String, SqlState> all() {
        return TABLE;
    }

    /** The class: the first two characters. */
    public String sqlClass() {
        return code.substring(0, 2);
    }

    /**
     * Whether the server, having said this while it committed, leaves it open whether it did. A
     * constraint or a conflict found at COMMIT is a definite rollback; a server that is shutting
     * down, crashing or out of disk may have made the commit durable before it said so.
     */
    public boolean doubtfulAtCommit() {
        return switch (sqlClass()) {
            case "08", "57", "58", "53", "XX", "F0" -> !code.equals("57014");
            default -> code.equals("40003") || kind == FailureKind.UNKNOWN;
        };
    }

    private static Map<String, SqlState> load() {
        Map<String, SqlState> table = new TreeMap<>();
        try (InputStream resource =
                        Objects.requireNonNull(
                                SqlState.class.getResourceAsStream("sqlstates.txt"));
                BufferedReader reader =
                        new BufferedReader(
                                new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                if (!line.isBlank() && line.charAt(0) != '#') {
                    SqlState state = parse(line);
                    if (table.put(state.code, state) != null) {
                        throw new IllegalStateException("SQLSTATE " + state.code + " twice");
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Collections.unmodifiableMap(table);
    }

    private static SqlState parse(String line) {
        String[] columns = line.strip().split("\\s+", -1);
        return new SqlState(
                columns[0],
                columns[1],
                FailureKind.valueOf(columns[2]),
                columns.length > 3 && columns[3].equals("passing"));
    }
}
