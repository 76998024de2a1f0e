package ai.netra.apex.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about itself, asked in one round trip that every role may ask.
 *
 * @param standby whether it replays another server's log
 * @param readOnly whether transactions are read-only unless they say otherwise
 * @param epoch the timeline, which grows with every promotion; null on a standby
 * @param life since when it counts what it does, see {@link Incarnation}: another after each crash
 * @param system the cluster's identifier; null where the role may not see it
 * @param encrypted whether this connection is encrypted
 * @param maxConnections the server's bound
 * @param reserved of them, kept for superusers and privileged roles
 */
record ServerFacts(
        boolean standby,
        boolean readOnly,
        @Nullable Long epoch,
        Incarnation.Life life,
        @Nullable Long system,
        boolean encrypted,
        int maxConnections,
        int reserved) {

    private static final String QUESTION =
            """
            SELECT pg_is_in_recovery(),
                   current_setting('default_transaction_read_only') = 'on',
                   CASE WHEN pg_is_in_recovery() THEN NULL
                        ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
                   END,
                   %s,
                   %s,
                   CASE WHEN has_function_privilege('pg_control_system()', 'execute')
                        THEN (SELECT system_identifier FROM pg_control_system()) END,
                   coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
                   current_setting('max_connections')::int,
                   current_setting('superuser_reserved_connections')::int
                     + coalesce(current_setting('reserved_connections', true)::int, 0)
            """
                    .formatted(Incarnation.SINCE, Incarnation.FLUSHED);

    private static final String REPLICAS =
            "SELECT count(DISTINCT application_name) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND starts_with(application_name, ?)";

    /**
     * How many managers have probes there whose {@code application_name} begins so, as far as the
     * role may see: sessions of other roles hide it. At least 1.
     */
    static int replicas(Connection connection, String probes) throws SQLException {
        try (PreparedStatement question = connection.prepareStatement(REPLICAS)) {
            question.setString(1, probes);
            try (ResultSet row = question.executeQuery()) {
                row.next();
                return Math.max(1, row.getInt(1));
            }
        }
    }

    /** Asks over {@code connection}. */
    static ServerFacts ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(QUESTION)) {
            row.next();
            Long timeline = row.getObject(3) == null ? null : (long) row.getInt(3);
            var life = new Incarnation.Life(row.getLong(4), row.getString(5));
            Long identifier = row.getObject(6) == null ? null : row.getLong(6);
            return new ServerFacts(
                    row.getBoolean(1),
                    row.getBoolean(2),
                    timeline,
                    life,
                    identifier,
                    row.getBoolean(7),
                    row.getInt(8),
                    row.getInt(9));
        }
    }
}
