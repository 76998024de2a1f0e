package ai.netra.apex.database;

/**
 * One thing that is wrong with a database's configuration.
 *
 * @param field what it is about, such as {@code host} or {@code sslmode}
 * @param reason what is wrong; never contains a secret
 * @param suggestion what to do
 */
public record ConfigProblem(String field, String reason, String suggestion) {

    @Override
    public String toString() {
        return field + ": " + reason + "; " + suggestion;
    }
}
