package ai.netra.apex.launcher.test;

import ai.netra.apex.launcher.build.Build;
import ai.netra.apex.launcher.host.Chromium;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything that {@code apex test} runs, one suite after the other: two at once would take each
 * other's processors on a small machine, and a test that waits for a deadline would not like that.
 */
public final class TestRun {

    private final Path repository;
    private final Toolchain tools;
    private final Build build;
    private final Progress progress;

    public TestRun(Path repository, Toolchain tools, Progress progress) {
        this.repository = repository;
        this.tools = tools;
        this.build = new Build(repository, tools, progress);
        this.progress = progress;
    }

    /** Runs all suites, also after one failed, and returns whether all of it passed. */
    public boolean run() throws IOException, InterruptedException {
        long from = System.nanoTime();
        build.frontendDependencies();
        build.npmDependencies("tests/journeys");
        Path chromium = Chromium.require(tools, repository.resolve("tests/journeys"), progress);
        build.npmDependencies("tests/openai-client");
        Totals totals = Totals.NONE;
        List<String> failed = new ArrayList<>();
        for (Suite suite : suites()) {
            progress.line("");
            progress.line("== " + suite.name());
            long begun = System.nanoTime();
            FileTime since = FileTime.from(Instant.now());
            int code = execute(suite, chromium);
            Totals of = totalsOf(suite, since);
            totals = totals.plus(of);
            progress.line(
                    "== %s: %s, %d passed, %d failed, %d skipped (%s)"
                            .formatted(
                                    suite.name(),
                                    code == 0 ? "ok" : "FAILED",
                                    of.passed(),
                                    of.failed(),
                                    of.skipped(),
                                    Progress.since(begun)));
            if (code != 0) {
                failed.add(suite.name());
            }
        }
        progress.line("");
        if (!failed.isEmpty()) {
            progress.line("Failed: " + String.join(", ", failed));
        }
        progress.line("All suites took " + Progress.since(from) + ".");
        int failures = Math.max(totals.failed(), failed.size());
        progress.line(totals.passed() + " passed, " + failures + " failed");
        return failed.isEmpty();
    }

    private List<Suite> suites() {
        Path frontend = repository.resolve("frontend");
        var suites = new ArrayList<Suite>();
        // The faults start the whole system, the built frontend included: it comes first.
        for (String script : List.of("format:check", "lint", "typecheck", "test", "build")) {
            suites.add(
                    new Suite(
                            "frontend " + script,
                            frontend,
                            List.of(tools.npm().toString(), "run", script),
                            script.equals("test") ? List.of(Path.of("test-results")) : List.of()));
        }
        suites.add(
                new Suite(
                        "java",
                        repository,
                        List.of(tools.maven(), "-B", "-fae", "verify"),
                        mavenReports()));
        suites.add(
                new Suite(
                        "browser journeys",
                        repository.resolve("tests/journeys"),
                        List.of(tools.npm().toString(), "test"),
                        List.of(Path.of("test-results"))));
        return suites;
    }

    private List<Path> mavenReports() {
        var reports = new ArrayList<Path>();
        try (Stream<Path> poms = Files.walk(repository, 3)) {
            poms.filter(p -> p.endsWith("pom.xml"))
                    .map(p -> repository.relativize(p.getParent()))
                    .forEach(
                            module -> {
                                reports.add(module.resolve("target/surefire-reports"));
                                reports.add(module.resolve("target/failsafe-reports"));
                            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return reports;
    }

    private int execute(Suite suite, Path chromium) throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(suite.command())
                        .directory(suite.directory().toFile())
                        .inheritIO();
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("CHROMIUM_PATH", chromium.toString());
        environment.put("NEXT_TELEMETRY_DISABLED", "1");
        return builder.start().waitFor();
    }

    private static Totals totalsOf(Suite suite, FileTime since) throws IOException {
        Totals totals = Totals.NONE;
        for (Path reports : suite.reports()) {
            totals = totals.plus(Totals.ofReports(suite.directory().resolve(reports), since));
        }
        return totals;
    }
}
