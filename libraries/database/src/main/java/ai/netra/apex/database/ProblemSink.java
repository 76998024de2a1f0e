package ai.netra.apex.database;

/** Takes what a rule finds wrong, so that every rule can go on after the first problem. */
@FunctionalInterface
interface ProblemSink {

    void report(String field, String reason, String suggestion);
}
