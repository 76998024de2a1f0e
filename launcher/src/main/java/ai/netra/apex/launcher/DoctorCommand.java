package ai.netra.apex.launcher;

import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.host.Diagnosis;
import ai.netra.apex.launcher.host.Toolchain;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Looks whether this machine can run and test Netra Apex, and says what is missing. Exit"
                        + " code 0 when it can run.")
final class DoctorCommand implements Callable<Integer> {

    @Mixin private UpOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        ApexHome home = Checkout.home();
        var tools = new Toolchain(Checkout.repository());
        List<Diagnosis.Finding> findings = Diagnosis.of(home, tools, options.ports());
        var out = spec.commandLine().getOut();
        for (Diagnosis.Finding finding : findings) {
            out.printf("%s %-12s %s%n", finding.mark(), finding.subject(), finding.text());
        }
        boolean fit = findings.stream().noneMatch(f -> f.level() == Diagnosis.Level.MISSING);
        out.println(fit ? "\nThis machine can run Netra Apex." : "\nMend what is marked ✗ first.");
        return fit ? 0 : CliException.UNAVAILABLE;
    }
}
