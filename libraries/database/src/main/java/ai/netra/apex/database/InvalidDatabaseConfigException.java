package ai.netra.apex.database;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that cannot work, with every reason at once. */
public final class InvalidDatabaseConfigException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    public InvalidDatabaseConfigException(String subject, List<ConfigProblem> problems) {
        super(
                problems.stream()
                        .map(ConfigProblem::toString)
                        .collect(Collectors.joining("\n  - ", subject + ":\n  - ", "")));
        this.problems = List.copyOf(problems);
    }

    /** Every problem found; at least one. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
