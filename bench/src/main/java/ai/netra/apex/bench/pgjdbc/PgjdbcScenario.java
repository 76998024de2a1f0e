package ai.netra.apex.bench.pgjdbc;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The driver's own JDBC tests on raw connections and on ours. The suite is fetched from Maven
 * Central when this runs; nothing of it is kept.
 */
public final class PgjdbcScenario implements Scenario {

    private static final List<String> PACKAGES =
            List.of(
                    "org.postgresql.test.jdbc2",
                    "org.postgresql.test.jdbc3",
                    "org.postgresql.test.jdbc4",
                    "org.postgresql.test.jdbc42",
                    "org.postgresql.jdbc",
                    "org.postgresql.test.util",
                    "org.postgresql.test.core",
                    "org.postgresql.test.xa");
    private static final List<String> FEW = List.of("org.postgresql.test.jdbc3");

    @Override
    public String name() {
        return "pgjdbc";
    }

    @Override
    public String description() {
        return "the PostgreSQL driver's own JDBC tests on guarded connections and on raw ones";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        SuiteSources sources = new SuiteSources(options.repository());
        sources.prepare();
        Path output = options.repository().resolve("bench/target/pgjdbc/runs");
        SuiteRun suite = new SuiteRun(sources, output);
        List<String> packages = options.quick() ? FEW : PACKAGES;
        Map<String, SuiteRun.Result> raw = suite.run("raw", packages);
        Map<String, SuiteRun.Result> guarded = suite.run("guarded", packages);

        TreeSet<String> worse = new TreeSet<>();
        raw.forEach(
                (test, result) -> {
                    if (result == SuiteRun.Result.PASSED
                            && guarded.get(test) != SuiteRun.Result.PASSED) {
                        worse.add(test);
                        report.round(
                                Map.of(
                                        "test",
                                        test,
                                        "raw",
                                        result,
                                        "guarded",
                                        String.valueOf(guarded.get(test))));
                    }
                });
        for (SuiteRun.Result each : SuiteRun.Result.values()) {
            report.add(
                    Metric.beside(
                            each.name().toLowerCase(java.util.Locale.ROOT),
                            count(guarded, each),
                            count(raw, each),
                            "tests"));
        }
        report.add(
                Metric.of("pass on raw connections and not on guarded ones", worse.size(), "tests")
                        .atMost(0));
        report.note("Guarded run, connections " + suite.opened("guarded"));
        worse.forEach(test -> report.note("worse: " + test));
    }

    private static double count(Map<String, SuiteRun.Result> results, SuiteRun.Result which) {
        return results.values().stream().filter(each -> each == which).count();
    }
}
