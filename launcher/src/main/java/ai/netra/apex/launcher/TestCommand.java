package ai.netra.apex.launcher;

import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.terminal.Progress;
import ai.netra.apex.launcher.test.TestRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        description =
                "Runs every check and test: formatting, lint, Java, frontend, faults, browser journeys.")
final class TestCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Path repository = Checkout.repository();
        var run = new TestRun(repository, new Toolchain(repository), Progress.standard());
        return run.run() ? 0 : 1;
    }
}
