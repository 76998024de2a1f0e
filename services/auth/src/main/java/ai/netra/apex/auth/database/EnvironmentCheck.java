package ai.netra.apex.auth.database;

import ai.netra.apex.database.DatabaseManager;
import ai.netra.apex.database.SessionRequest;
import ai.netra.apex.database.config.MarkedDatabase;
import ai.netra.apex.settings.EnvironmentMarker;
import java.util.Optional;

/**
 * Asks a database whose it is before the service uses it: a test cannot reach people's data, and
 * people's data cannot end up in a test's database. Thread-safe.
 */
final class EnvironmentCheck {

    private final DatabaseManager manager;
    private final MarkedDatabase mark;

    EnvironmentCheck(DatabaseManager manager, MarkedDatabase mark) {
        this.manager = manager;
        this.mark = mark;
    }

    /**
     * Returns when the database is marked as this service's, of this tier.
     *
     * @throws WrongDatabaseException when it is another's or nobody's
     */
    void verify() {
        Optional<EnvironmentMarker> found =
                manager.inTransaction(
                        SessionRequest.read("environment"),
                        session -> MarkedDatabase.read(session.connection()));
        Optional<String> refusal =
                found.isEmpty()
                        ? Optional.of("The database belongs to nobody yet: its schema is missing.")
                        : found.get().refusal(mark.tier(), mark.service(), mark.cluster());
        if (refusal.isPresent()) {
            throw new WrongDatabaseException(refusal.get());
        }
    }

    /** A database of another tier or service. */
    static final class WrongDatabaseException extends RuntimeException {
        WrongDatabaseException(String why) {
            super(why + " Check AUTH_DATABASE_HOSTS and APEX_TIER. Nothing was changed in it.");
        }
    }
}
