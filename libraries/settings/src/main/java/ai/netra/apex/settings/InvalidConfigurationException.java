package ai.netra.apex.settings;

import java.util.List;

/** A configuration was refused. Carries every problem of it, not only the first. */
public final class InvalidConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /**
     * Creates the refusal.
     *
     * @param problems at least one
     */
    public InvalidConfigurationException(List<ConfigProblem> problems) {
        super(ProblemReport.human(problems));
        this.problems = List.copyOf(problems);
    }

    /** Every problem, in the order of the declarations. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
