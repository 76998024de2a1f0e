package ai.netra.apex.launcher;

import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.host.Diagnosis;
import ai.netra.apex.launcher.host.Toolchain;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Looks whether this machine can run and test Netra Apex and whether every service"
                        + " would take its configuration, and says what is missing. Exit code 0 when"
                        + " it can run, 69 when the machine lacks something, 78 when a configuration"
                        + " is refused.")
final class DoctorCommand implements Callable<Integer> {

    @Mixin private ConfigOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        ApexHome home = Checkout.home();
        var tools = new Toolchain(Checkout.repository());
        List<Diagnosis.Finding> findings = Diagnosis.of(home, tools, options.ports());
        // Nothing is built for it: a machine is looked at before it can build.
        boolean asked = options.isBuilt();
        List<ServiceReport> reports = asked ? options.askBuilt() : List.of();
        List<Problem> problems = reports.stream().flatMap(r -> r.problems().stream()).toList();
        boolean fit = findings.stream().noneMatch(f -> f.level() == Diagnosis.Level.MISSING);
        if (options.json()) {
            printJson(findings, problems, fit);
        } else {
            print(findings, reports, asked, fit && problems.isEmpty());
        }
        if (!fit) {
            return CliException.UNAVAILABLE;
        }
        return problems.isEmpty() ? 0 : ConfigOptions.EX_CONFIG;
    }

    private void printJson(List<Diagnosis.Finding> findings, List<Problem> problems, boolean fit) {
        spec.commandLine()
                .getOut()
                .println(
                        JsonMapper.builder()
                                .build()
                                .writeValueAsString(
                                        Map.of(
                                                "fit",
                                                fit && problems.isEmpty(),
                                                "findings",
                                                findings,
                                                "problems",
                                                problems)));
    }

    private void print(
            List<Diagnosis.Finding> findings,
            List<ServiceReport> reports,
            boolean asked,
            boolean well) {
        var out = spec.commandLine().getOut();
        for (Diagnosis.Finding finding : findings) {
            out.printf("%s %-12s %s%n", finding.mark(), finding.subject(), finding.text());
        }
        reports.forEach(report -> CheckConfigCommand.print(out, report));
        if (!asked) {
            out.println("! configuration is looked at once the services are built");
        }
        out.println(well ? "\nThis machine can run Netra Apex." : "\nMend what is marked ✗ first.");
    }
}
