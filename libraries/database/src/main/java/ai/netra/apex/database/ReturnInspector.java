package ai.netra.apex.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes sure that a connection comes back as it went out: no open transaction, no changed role,
 * search path or setting, no advisory lock, temporary table, channel, cursor or prepared statement.
 * What it finds it cleans and looks again; what is not clean then is destroyed.
 */
final class ReturnInspector {

    /** How long a connection that works and that nobody suspects goes without being looked at. */
    private static final long UNSEEN = Duration.ofSeconds(1).toNanos();

    private static final String LOOK =
            """
            SELECT pg_catalog.concat_ws(', ',
              CASE WHEN current_user <> session_user THEN 'role ' || current_user END,
              (SELECT 'advisory locks ' || pg_catalog.count(*) FROM pg_catalog.pg_locks
                WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'advisory'
                HAVING pg_catalog.count(*) > 0),
              (SELECT 'temporary tables ' || pg_catalog.count(*) FROM pg_catalog.pg_class
                WHERE relnamespace = pg_catalog.pg_my_temp_schema()
                  AND relkind IN ('r', 'p', 'S', 'v', 'm')
                HAVING pg_catalog.count(*) > 0),
              CASE WHEN pg_catalog.pg_my_temp_schema() <> 0 THEN
                (SELECT 'temporary functions or types' WHERE
                  EXISTS (SELECT FROM pg_catalog.pg_proc
                    WHERE pronamespace = pg_catalog.pg_my_temp_schema())
                  OR EXISTS (SELECT FROM pg_catalog.pg_type
                    WHERE typnamespace = pg_catalog.pg_my_temp_schema()
                      AND typtype IN ('e', 'd', 'r'))
                  OR EXISTS (SELECT FROM pg_catalog.pg_class
                    WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind = 'c')) END,
              (SELECT 'channels ' || pg_catalog.count(*) FROM pg_catalog.pg_listening_channels()
                HAVING pg_catalog.count(*) > 0),
              (SELECT 'cursors ' || pg_catalog.count(*) FROM pg_catalog.pg_cursors
                WHERE is_holdable HAVING pg_catalog.count(*) > 0),
              (SELECT 'prepared statements ' || pg_catalog.count(*)
                FROM pg_catalog.pg_prepared_statements
                WHERE from_sql HAVING pg_catalog.count(*) > 0),
              (SELECT 'settings ' || pg_catalog.string_agg(name, ' ' ORDER BY name)
                FROM pg_catalog.pg_settings
                WHERE source = 'session'
                  AND NOT (name = 'transaction_timeout' AND setting = ?)
                  AND NOT (name = 'default_transaction_read_only' AND setting = ?)
                  AND (name NOT LIKE 'default\\_transaction\\_%'
                    OR setting IS DISTINCT FROM reset_val AND name <> ?)))
            """;

    /** What the pool sets back itself where it was changed through JDBC's own method. */
    private static final String SET_BACK_BY_POOL = "default_transaction_isolation";

    private static final String CLEAN =
            "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; UNLISTEN *; CLOSE ALL;"
                    + " SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP";

    /**
     * What was found.
     *
     * @param findings one word each, empty when it was clean
     * @param clean whether it is clean now
     */
    record Verdict(List<String> findings, boolean clean) {}

    private final CleanupCheck policy;

    ReturnInspector(CleanupCheck policy) {
        this.policy = policy;
    }

    /** Looks at the connection of a loan that has ended, and cleans it. */
    Verdict inspect(Loan loan) throws SQLException {
        Physical physical = loan.physical;
        if (physical.getHoldability() != ResultSet.CLOSE_CURSORS_AT_COMMIT) {
            // Kept by the driver, and set back by nobody else.
            physical.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        }
        List<String> findings = new ArrayList<>();
        if (physical.transactionOpen()) {
            findings.add("open transaction");
            loan.transaction.rollbackForReturn();
        }
        if (!due(loan)) {
            return new Verdict(findings, true);
        }
        if (!physical.getAutoCommit()) {
            physical.setAutoCommit(true);
            loan.pooled.setAutoCommit(true);
        }
        if (loan.terms.type() == OperationType.MAINTENANCE) {
            // Set by ourselves, and no finding.
            physical.reset("RESET statement_timeout; RESET idle_in_transaction_session_timeout");
        }
        String found = look(loan);
        if (found.isEmpty()) {
            if (loan.worked() || loan.suspicious()) {
                // The application's own settings (app.tenant) are in no list of the server's.
                physical.reset("RESET ALL");
            }
            physical.foundClean(System.nanoTime());
            return new Verdict(findings, true);
        }
        findings.addAll(List.of(found.split(", ", -1)));
        physical.reset(CLEAN);
        return new Verdict(findings, look(loan).isEmpty());
    }

    /**
     * Asking costs a round trip and some work at the server. So a return is judged by what is known
     * without: the text of what was run, and the settings the server has reported since. What hides
     * from both, inside of functions, is found by looking now and then.
     */
    private boolean due(Loan loan) {
        if (policy == CleanupCheck.ALWAYS || loan.suspicious()) {
            return true;
        }
        return loan.worked()
                && (loan.physical.settingsChanged()
                        || System.nanoTime() - loan.physical.cleanSince() > UNSEEN);
    }

    private static String look(Loan loan) throws SQLException {
        try (PreparedStatement statement = loan.physical.prepareStatement(LOOK)) {
            statement.setString(1, Long.toString(loan.physical.transactionLimit()));
            statement.setString(2, loan.physical.readingOnly() ? "on" : "");
            statement.setString(3, loan.isolationSet() ? SET_BACK_BY_POOL : "");
            try (ResultSet row = statement.executeQuery()) {
                String found = row.next() ? row.getString(1) : "";
                // An authorization is in no list either, but reported.
                return found.isEmpty() && loan.physical.settingsChanged()
                        ? "settings reported by the server"
                        : found;
            }
        }
    }
}
