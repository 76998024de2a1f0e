package ai.netra.apex.database.config;

import ai.netra.apex.database.ConnectionCheck;
import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.EnvironmentMarker;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.Tier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * Refuses the database of another tier, service or cluster: test code cannot write to a production
 * database, nor production into a test's. The mark is one row of the table {@code environment} with
 * {@code tier}, {@code service} and {@code cluster_id}, written by the service's own migrations; a
 * database without that table belongs to nobody yet.
 *
 * @param tier where this process runs
 * @param service this process
 * @param cluster the one cluster it was told to use; empty when it was told none
 */
public record MarkedDatabase(Tier tier, String service, Optional<UUID> cluster)
        implements ConnectionCheck {

    private static final String UNDEFINED_TABLE = "42P01";

    /** "Invalid authorization": as if the server had refused us, and no more to be tried again. */
    private static final String REJECTED = "28000";

    /** The declaration of the one cluster to use, for example {@code AUTH_DATABASE_CLUSTER}. */
    public static Setting<String> clusterSetting(String key) {
        return Setting.string(key)
                .optional()
                .matching("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID in lower case")
                .describedAs(
                        "The cluster_id of the database's table environment; another is refused.");
    }

    /** The mark that a service's database must have. */
    public static MarkedDatabase of(AppConfig config, Setting<String> cluster) {
        return new MarkedDatabase(
                config.tier(), config.service(), config.find(cluster).map(UUID::fromString));
    }

    /** A database that belongs to somebody else. */
    public static final class WrongDatabaseException extends SQLException {
        private static final long serialVersionUID = 1L;

        private final String refusal;

        WrongDatabaseException(String why) {
            super(why + " Nothing was changed in it.", REJECTED);
            this.refusal = why;
        }

        /** Whose it is, a sentence. */
        public String refusal() {
            return refusal;
        }
    }

    @Override
    public void verify(Connection connection) throws SQLException {
        Optional<EnvironmentMarker> marker = read(connection);
        if (marker.isPresent()) {
            Optional<String> refusal = marker.get().refusal(tier, service, cluster);
            if (refusal.isPresent()) {
                throw new WrongDatabaseException(refusal.get());
            }
        }
    }

    /** The mark of the database behind a connection; empty when it has none yet. */
    public static Optional<EnvironmentMarker> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                // As JSON, since a mark of the first kind has no such column.
                                "select tier, service, to_jsonb(e) ->> 'cluster_id'"
                                        + " from environment e where id = 1")) {
            if (!row.next()) {
                return Optional.empty();
            }
            String cluster = row.getString(3);
            return Optional.of(
                    new EnvironmentMarker(
                            tier(row.getString(1)),
                            row.getString(2),
                            cluster == null ? new UUID(0, 0) : UUID.fromString(cluster)));
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Tier tier(String label) throws SQLException {
        for (Tier tier : Tier.values()) {
            if (tier.label().equals(label)) {
                return tier;
            }
        }
        throw new WrongDatabaseException("The database belongs to an unknown tier " + label + ".");
    }
}
