package ai.netra.apex.launcher;

import ai.netra.apex.launcher.supervise.Shutdown;
import ai.netra.apex.launcher.supervise.SystemState;
import ai.netra.apex.launcher.terminal.Progress;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description =
                "Stops everything that ./apex up started, also after it was killed, and nothing else."
                        + " The data stays.")
final class DownCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        var progress = Progress.standard();
        Optional<SystemState> state = SystemState.read(Checkout.stateFile());
        if (state.isEmpty() || !Shutdown.somethingRuns(state.get())) {
            progress.line("Nothing runs (state in " + Checkout.home().root() + ").");
            return 0;
        }
        progress.step("Stopping", () -> Shutdown.all(state.get(), progress));
        return 0;
    }
}
