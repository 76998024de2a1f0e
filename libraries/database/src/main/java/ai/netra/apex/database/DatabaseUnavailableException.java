package ai.netra.apex.database;

import ai.netra.apex.resilience.Failure;

/**
 * The database could not be reached at start, after every retry, or refuses us for a reason that
 * waiting does not change, such as a wrong password.
 */
public final class DatabaseUnavailableException extends DatabaseException {

    private static final long serialVersionUID = 1L;

    DatabaseUnavailableException(String message, Failure failure, Throwable cause) {
        super(message, failure, cause);
    }
}
