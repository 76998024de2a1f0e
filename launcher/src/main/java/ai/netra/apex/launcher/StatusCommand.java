package ai.netra.apex.launcher;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.supervise.PartState;
import ai.netra.apex.launcher.supervise.Shutdown;
import ai.netra.apex.launcher.supervise.SystemState;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows each part. Exit code 0 when all is ready, 3 when nothing runs, 1 otherwise.")
final class StatusCommand implements Callable<Integer> {

    private static final int NOT_RUNNING = 3;

    @Option(names = "--json", description = "Print the state as one JSON object.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        Optional<SystemState> found = SystemState.read(Checkout.stateFile());
        if (found.isEmpty() || !Shutdown.somethingRuns(found.get())) {
            out.println(json ? "{\"phase\":\"stopped\",\"parts\":[]}" : "Nothing runs.");
            return NOT_RUNNING;
        }
        SystemState state = found.get();
        boolean supervised =
                new ProcessIdentity(state.launcherPid(), state.launcherStartedAtMillis()).isAlive();
        if (json) {
            out.println(state.toJson());
        } else {
            print(state, supervised);
        }
        return supervised && state.phase().equals("ready") && allReady(state) ? 0 : 1;
    }

    private static boolean allReady(SystemState state) {
        return state.parts().stream().allMatch(p -> p.state().equals("ready"));
    }

    private void print(SystemState state, boolean supervised) {
        var out = spec.commandLine().getOut();
        out.println(state.address() + "  " + (supervised ? state.phase() : "unsupervised"));
        if (!supervised) {
            out.println(
                    "The process that watched over these parts is gone: run ./apex down or up.");
        }
        out.printf("%n%-14s %-11s %6s %8s %9s%n", "part", "state", "port", "process", "restarts");
        for (PartState p : state.parts()) {
            out.printf(
                    "%-14s %-11s %6d %8d %9d%n",
                    p.name(), p.state(), p.port(), p.pid(), p.restarts());
            if (p.message() != null) {
                out.println("    " + p.message());
            }
        }
    }
}
