package ai.netra.apex.bench;

/** One measurement that can be run by name. It stops everything it started, also when it fails. */
public interface Scenario {

    /** The name on the command line, in lower case. */
    String name();

    /** One line about what is measured, against what. */
    String description();

    /**
     * Measures, and puts what it saw into {@code report}. Ours and the peer take turns within the
     * one run, because the machine is shared and noisy.
     *
     * @throws Exception when it could not be measured; nothing is written then
     */
    void run(Options options, Report report) throws Exception;

    /**
     * How much to do.
     *
     * @param quick a short run that shows that the scenario works, whose figures mean nothing
     * @param repository the root of the checkout, for scenarios that start the whole system
     */
    record Options(boolean quick, java.nio.file.Path repository) {}
}
