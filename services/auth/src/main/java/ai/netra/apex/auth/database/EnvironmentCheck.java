package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.SessionRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Asks a database whose it is before anything is written to it: a test cannot reach people's data,
 * and people's data cannot end up in a test's database. Thread-safe.
 */
final class EnvironmentCheck {

    private static final String EXISTS = "select to_regclass('environment') is not null";
    private static final String QUESTION = "select service, tier from environment where id = 1";

    private final DatabaseManager manager;
    private final SchemaConfig config;

    EnvironmentCheck(DatabaseManager manager, SchemaConfig config) {
        this.manager = manager;
        this.config = config;
    }

    /**
     * Returns when the database is this service's, of this tier, or has no owner yet.
     *
     * @throws WrongDatabaseException when it is another's
     */
    void verifyIfOwned() {
        if (ask(EXISTS, row -> row.next() && row.getBoolean(1))) {
            verify();
        }
    }

    /**
     * Returns when the database is this service's, of this tier.
     *
     * @throws WrongDatabaseException when it is another's
     */
    void verify() {
        String owner = ask(QUESTION, row -> row.next() ? describe(row) : "nobody");
        String expected = config.service() + " in tier " + config.tier();
        if (!owner.equals(expected)) {
            throw new WrongDatabaseException(
                    "The database belongs to %s, and this is %s: check AUTH_DATABASE_HOSTS and"
                                    .formatted(owner, expected)
                            + " APEX_TIER. Nothing was changed in it.");
        }
    }

    private <T> T ask(String question, Answer<T> answer) {
        return manager.inTransaction(
                SessionRequest.read("environment"),
                session -> {
                    try (Statement statement = session.connection().createStatement();
                            ResultSet row = statement.executeQuery(question)) {
                        return answer.read(row);
                    }
                });
    }

    private interface Answer<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static String describe(ResultSet row) throws SQLException {
        return row.getString("service") + " in tier " + row.getString("tier");
    }

    /** A database of another tier or service. */
    static final class WrongDatabaseException extends RuntimeException {
        WrongDatabaseException(String message) {
            super(message);
        }
    }
}
