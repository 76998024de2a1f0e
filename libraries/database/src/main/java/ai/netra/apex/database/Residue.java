package ai.netra.apex.database;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Judges by its text whether a statement can leave something behind in its session: settings, a
 * role, locks, temporary tables, channels, cursors. Says yes too often rather than too rarely; what
 * hides inside functions it cannot see, therefore connections are also looked at now and then.
 */
final class Residue {

    private static final Pattern SUSPICIOUS =
            Pattern.compile(
                    "(?:^|;)(?:\\s|/\\*.*?\\*/|--[^\\n]*\\n)*+"
                            + "(?:set|reset|listen|unlisten|load|do|call|prepare|execute|discard"
                            + "|begin|start|declare|commit|end|rollback|abort)\\b"
                            + "|\\btemp(?:orary)?\\b|advisory|set_config|pg_temp|\\bwith\\s+hold\\b",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final int CACHED = 2_000;
    private static final int CACHED_LENGTH = 4_000;
    private static final Map<String, Boolean> JUDGED = new ConcurrentHashMap<>();

    private Residue() {}

    static boolean suspicious(String sql) {
        Boolean judged = JUDGED.get(sql);
        if (judged != null) {
            return judged;
        }
        boolean suspicious = SUSPICIOUS.matcher(sql).find();
        // Bounded: applications have few statements; generated ones are judged each time.
        if (JUDGED.size() < CACHED && sql.length() < CACHED_LENGTH) {
            JUDGED.put(sql, suspicious);
        }
        return suspicious;
    }
}
