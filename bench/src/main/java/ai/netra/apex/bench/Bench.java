package ai.netra.apex.bench;

import ai.netra.apex.bench.chat.ReadScenario;
import ai.netra.apex.bench.chat.StartScenario;
import ai.netra.apex.bench.chat.StreamScenario;
import ai.netra.apex.bench.database.FailoverScenario;
import ai.netra.apex.bench.database.IsolationScenario;
import ai.netra.apex.bench.database.JmhScenario;
import ai.netra.apex.bench.database.OverheadScenario;
import ai.netra.apex.bench.database.OverloadScenario;
import ai.netra.apex.bench.database.ReclaimScenario;
import ai.netra.apex.bench.database.RecoveryScenario;
import ai.netra.apex.bench.pgjdbc.PgjdbcScenario;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * {@code ./apex bench [--quick] [scenario …]}: lists the scenarios, or runs the named ones and
 * writes {@code bench/results/<scenario>.json}. A quick run writes nothing.
 */
public final class Bench {

    /** Every scenario there is, in the order they are listed. */
    private static final List<Scenario> SCENARIOS =
            List.of(
                    new StreamScenario(),
                    new ReadScenario(),
                    new StartScenario(),
                    new OverheadScenario(),
                    new JmhScenario(),
                    new IsolationScenario(),
                    new OverloadScenario(),
                    new RecoveryScenario(),
                    new FailoverScenario(),
                    new ReclaimScenario(),
                    new PgjdbcScenario());

    private Bench() {}

    public static void main(String[] args) throws Exception {
        boolean quick = Arrays.asList(args).contains("--quick");
        List<String> names = Arrays.stream(args).filter(a -> !a.startsWith("--")).toList();
        Path repository =
                Path.of(Objects.requireNonNullElse(System.getProperty("apex.repository"), "."))
                        .toAbsolutePath();
        if (names.isEmpty()) {
            list();
            return;
        }
        for (String name : names) {
            Scenario scenario = find(name);
            String command = "./apex bench " + (quick ? "--quick " : "") + name;
            var report = new Report(name, command, Instant.now());
            scenario.run(new Scenario.Options(quick, repository), report);
            report.print(System.out);
            if (!quick) {
                System.out.println(
                        "  written: " + report.write(repository.resolve("bench/results")));
            }
        }
    }

    private static void list() {
        SCENARIOS.forEach(s -> System.out.printf("%-12s %s%n", s.name(), s.description()));
    }

    private static Scenario find(String name) {
        return SCENARIOS.stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseGet(
                        () -> {
                            System.err.println(
                                    "There is no scenario '" + name + "'. These are there:");
                            list();
                            System.exit(2);
                            throw new AssertionError("unreachable");
                        });
    }
}
