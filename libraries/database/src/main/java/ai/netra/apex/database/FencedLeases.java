package ai.netra.apex.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Leases in a table, so that of several processes one alone does something, and a write that checks
 * it.
 *
 * <p>A time limit is not enough: its holder may sleep through the end and wake up writing. So each
 * grant has a token greater than every one before, and {@link #requireCurrent} checks it in the
 * transaction of the write itself, holding the row so that nobody takes the lease over before the
 * commit. Only the server's clock counts, so clocks of the processes may be wrong.
 *
 * <p>Tokens grow across failovers too, although a promoted standby may not have heard of the last
 * grants: the primary's epoch is their upper half. So a token of a primary that was replaced is
 * never granted again.
 *
 * <p>Thread-safe.
 */
public final class FencedLeases {

    /**
     * A lease held.
     *
     * @param name what it is on
     * @param holder who has it
     * @param token greater than that of every earlier grant, by whichever primary
     */
    public record Lease(String name, String holder, long token) {}

    private static final String TABLE = "apex_lease";

    private final DatabaseManager db;

    public FencedLeases(DatabaseManager db) {
        this.db = db;
    }

    /** Makes the table, where the application has no migration for it. */
    public void createTable() {
        db.inTransaction(
                SessionRequest.write("create lease table"),
                session -> {
                    try (Statement statement = session.connection().createStatement()) {
                        return statement.execute(
                                "CREATE TABLE IF NOT EXISTS "
                                        + TABLE
                                        + " (name text PRIMARY KEY, holder text NOT NULL,"
                                        + " token bigint NOT NULL, expires timestamptz NOT NULL)");
                    }
                });
    }

    /** Takes the lease if it is free or over; empty while another holds it. */
    public Optional<Lease> acquire(String name, String holder, Duration time) {
        return grant(
                "INSERT INTO "
                        + TABLE
                        + " AS l VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 ms')"
                        + " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,"
                        + " token = greatest(l.token + 1, excluded.token),"
                        + " expires = excluded.expires"
                        + " WHERE l.expires <= clock_timestamp() RETURNING token",
                name,
                holder,
                time);
    }

    /** Makes a lease last longer; false when it has been lost. */
    public boolean renew(Lease lease, Duration time) {
        return db.inTransaction(
                SessionRequest.write("renew lease"),
                session -> {
                    try (PreparedStatement statement =
                            session.connection()
                                    .prepareStatement(
                                            "UPDATE "
                                                    + TABLE
                                                    + " SET expires = clock_timestamp()"
                                                    + " + ? * interval '1 ms'"
                                                    + " WHERE name = ? AND token = ?")) {
                        statement.setLong(1, time.toMillis());
                        statement.setString(2, lease.name());
                        statement.setLong(3, lease.token());
                        return statement.executeUpdate() == 1;
                    }
                });
    }

    /** Gives a lease back; without effect when it has been lost. */
    public void release(Lease lease) {
        renew(lease, Duration.ZERO);
    }

    /**
     * Fails unless {@code lease} is still the newest grant; call it in the transaction of the
     * write. Until that transaction ends nobody can take the lease over.
     *
     * @throws SQLException with SQLSTATE 55000, which is not retried, when another has taken it
     */
    public static void requireCurrent(Connection connection, Lease lease) throws SQLException {
        try (PreparedStatement question =
                connection.prepareStatement(
                        "SELECT 1 FROM " + TABLE + " WHERE name = ? AND token = ? FOR SHARE")) {
            question.setString(1, lease.name());
            question.setLong(2, lease.token());
            try (ResultSet row = question.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException(
                            "the lease '" + lease.name() + "' has been taken by another", "55000");
                }
            }
        }
    }

    private Optional<Lease> grant(String sql, String name, String holder, Duration time) {
        return db.inTransaction(
                SessionRequest.write("acquire lease"),
                session -> {
                    try (PreparedStatement statement = session.connection().prepareStatement(sql)) {
                        statement.setString(1, name);
                        statement.setString(2, holder);
                        statement.setLong(3, firstOf(session.epoch()));
                        statement.setLong(4, time.toMillis());
                        try (ResultSet row = statement.executeQuery()) {
                            return row.next()
                                    ? Optional.of(new Lease(name, holder, row.getLong(1)))
                                    : Optional.empty();
                        }
                    }
                });
    }

    /** The first token of an epoch. */
    private static long firstOf(@Nullable Long epoch) {
        return ((epoch == null ? 0 : epoch) << Integer.SIZE) + 1;
    }
}
