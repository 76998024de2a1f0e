package ai.netra.apex.launcher;

import ai.netra.apex.launcher.build.Build;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.stack.JavaProgram;
import ai.netra.apex.launcher.terminal.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Runs a measurement beside its peer or limit and writes bench/results/<scenario>.json;"
                        + " without a name, lists the scenarios.")
final class BenchCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "SCENARIO")
    private List<String> scenarios = List.of();

    @Option(
            names = "--quick",
            description = "A short run that shows that it works; writes nothing.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        Path repository = Checkout.repository();
        var tools = new Toolchain(repository);
        var build = new Build(repository, tools, Progress.standard());
        build.module("bench");
        if (!scenarios.isEmpty()) {
            build.all();
        }
        var arguments = new ArrayList<>(scenarios);
        if (quick) {
            arguments.addFirst("--quick");
        }
        List<String> command =
                new JavaProgram(
                                tools.java(),
                                repository.resolve("bench"),
                                "ai.netra.apex.bench.Bench",
                                List.of("-Xmx2g", "-Dapex.repository=" + repository))
                        .command(arguments.toArray(String[]::new));
        return new ProcessBuilder(command)
                .directory(repository.toFile())
                .inheritIO()
                .start()
                .waitFor();
    }
}
