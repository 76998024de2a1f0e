package ai.netra.apex.launcher;

import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "check-config",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Validates the configuration of one service or all without starting them. Exit code 0"
                        + " when it is valid, 78 with every problem otherwise.")
final class CheckConfigCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "auth, backend, edge, clickhouse or frontend; all of them without it.")
    private @Nullable String service;

    @Mixin private ConfigOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        List<ServiceReport> reports = options.ask(service);
        List<Problem> problems = reports.stream().flatMap(r -> r.problems().stream()).toList();
        if (options.json()) {
            out.println(
                    JsonMapper.builder().build().writeValueAsString(Map.of("problems", problems)));
        } else {
            for (ServiceReport report : reports) {
                print(out, report);
            }
        }
        return problems.isEmpty() ? 0 : ConfigOptions.EX_CONFIG;
    }

    static void print(java.io.PrintWriter out, ServiceReport report) {
        if (report.problems().isEmpty()) {
            out.printf("✓ %-9s valid for tier %s%n", report.service(), report.tier());
            return;
        }
        int count = report.problems().size();
        out.printf("✗ %-9s %d %s%n", report.service(), count, count == 1 ? "problem" : "problems");
        for (Problem problem : report.problems()) {
            out.printf("%n    %s %s%n", problem.key(), problem.reason());
            out.printf("      source: %s%n", problem.source());
            out.printf("      %s%n", problem.suggestion());
            out.printf("      See %s%n", problem.reference());
        }
        out.println();
    }
}
