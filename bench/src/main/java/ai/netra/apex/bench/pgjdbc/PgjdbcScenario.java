package ai.netra.apex.bench.pgjdbc;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The driver's own JDBC tests on raw connections, on those of a plain pool (HikariCP), which are
 * not new either, and on ours. The suite is fetched from Maven Central when this runs; nothing of
 * it is kept.
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
        return "the PostgreSQL driver's own JDBC tests on guarded connections, raw ones and a plain pool";
    }

    @Override
    public void run(Options options, Report report) throws Exception {
        SuiteSources sources = new SuiteSources(options.repository());
        sources.prepare();
        Path output = options.repository().resolve("bench/target/pgjdbc/runs");
        SuiteRun suite = new SuiteRun(sources, output);
        List<String> packages = options.quick() ? FEW : PACKAGES;
        Map<String, SuiteRun.Result> raw = suite.run(SuiteRun.RAW, packages);
        Map<String, SuiteRun.Result> pooled = suite.run(SuiteRun.POOLED, packages);
        Map<String, SuiteRun.Result> guarded = suite.run(SuiteRun.GUARDED, packages);

        Set<String> worseThanRaw = worse(raw, guarded);
        Set<String> worseThanPooled = worse(pooled, guarded);
        Set<String> pooling = worse(raw, pooled);
        Set<String> guards = new TreeSet<>(worseThanRaw);
        guards.removeAll(pooling);
        for (SuiteRun.Result each : SuiteRun.Result.values()) {
            String name = each.name().toLowerCase(Locale.ROOT);
            report.add(Metric.beside(name, count(guarded, each), count(raw, each), "tests"));
            report.add(Metric.of(name + " on a plain pool", count(pooled, each), "tests"));
        }
        report.add(Metric.of("pass raw, not guarded", worseThanRaw.size(), "tests").atMost(0));
        report.add(Metric.of("pass raw, not on a plain pool", pooling.size(), "tests"));
        report.add(Metric.of("pass on a plain pool, not guarded", worseThanPooled.size(), "tests"));
        report.add(Metric.of("pass raw and on a plain pool, not guarded", guards.size(), "tests"));
        report.note("Guarded run, connections " + suite.opened(SuiteRun.GUARDED));
        guards.forEach(test -> report.note("passes raw and on a plain pool: " + test));
        worseThanRaw.stream()
                .filter(pooling::contains)
                .forEach(test -> report.note("passes raw, on no pool: " + test));
    }

    /** What passes in {@code before} and not in {@code after}. */
    private static Set<String> worse(
            Map<String, SuiteRun.Result> before, Map<String, SuiteRun.Result> after) {
        Set<String> worse = new TreeSet<>();
        before.forEach(
                (test, result) -> {
                    if (result == SuiteRun.Result.PASSED
                            && after.get(test) != SuiteRun.Result.PASSED) {
                        worse.add(test);
                    }
                });
        return worse;
    }

    private static double count(Map<String, SuiteRun.Result> results, SuiteRun.Result which) {
        return results.values().stream().filter(each -> each == which).count();
    }
}
