package ai.netra.apex.bench.pgjdbc;

import ai.netra.apex.bench.Metric;
import ai.netra.apex.bench.Report;
import ai.netra.apex.bench.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The driver's own JDBC tests on raw connections, which are always new, and on guarded ones: where
 * each is new, and where they come from the pool, beside those of a plain pool (HikariCP). The
 * suite is fetched from Maven Central when this runs; nothing of it is kept.
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

    /**
     * Tests not of what a connection does but of how much is sent, opened or scheduled around it;
     * what guards do there is what they are for.
     */
    private static final Map<String, String> SURROUNDINGS =
            new TreeMap<>(
                    Map.of(
                            ".BatchDeadlockTest#",
                            "counts the statements of the whole process in the driver's log, those"
                                    + " of probes and the question for the transaction's id too",
                            ".TransactionRoundtripTest#",
                            "counts round trips: the question for the transaction's id is one"
                                    + " (validateCommits)",
                            ".ConnectionValidTest#",
                            "its server serves one connection in all; a manager opens more",
                            ".SharedTimerRefCountTest#",
                            "counts the timers of the whole process; a pooled connection keeps"
                                    + " its own"));

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
        Map<String, SuiteRun.Result> guardedPooled = suite.run(SuiteRun.GUARDED_POOLED, packages);
        Map<String, SuiteRun.Result> guarded = suite.run(SuiteRun.GUARDED, packages);

        for (SuiteRun.Result each : SuiteRun.Result.values()) {
            String name = each.name().toLowerCase(Locale.ROOT);
            report.add(Metric.beside(name, count(guarded, each), count(raw, each), "tests"));
            report.add(Metric.of(name + ", guarded pool", count(guardedPooled, each), "tests"));
            report.add(Metric.of(name + ", plain pool", count(pooled, each), "tests"));
        }
        Set<String> lost = worse(raw, guarded);
        Set<String> lostByGuardedPool = worse(raw, guardedPooled);
        Set<String> lostByPlainPool = worse(raw, pooled);
        Set<String> bySurroundings = new TreeSet<>(lost);
        bySurroundings.removeIf(test -> SURROUNDINGS.keySet().stream().noneMatch(test::contains));
        lost.removeAll(bySurroundings);
        report.add(Metric.of("pass raw, not guarded", lost.size(), "tests").atMost(0));
        report.add(
                Metric.of(
                        "pass raw, not guarded, by counting what guards do besides",
                        bySurroundings.size(),
                        "tests"));
        report.add(Metric.of("pass raw, not in guarded pool", lostByGuardedPool.size(), "tests"));
        report.add(Metric.of("pass raw, not in plain pool", lostByPlainPool.size(), "tests"));
        report.note("Guarded run, connections " + suite.opened(SuiteRun.GUARDED));
        lost.forEach(test -> report.note("passes raw, not guarded: " + test));
        SURROUNDINGS.forEach(
                (name, why) -> {
                    long count = bySurroundings.stream().filter(t -> t.contains(name)).count();
                    report.note(name + ", " + count + " tests: " + why);
                });
        lostByGuardedPool.stream()
                .filter(test -> !lost.contains(test) && !bySurroundings.contains(test))
                .forEach(test -> report.note("passes raw, not in a guarded pool: " + test));
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
