package ai.netra.apex.launcher;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.embedded.ServerProcess;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.stack.ApexStack;
import ai.netra.apex.launcher.supervise.PartState;
import ai.netra.apex.launcher.supervise.SystemState;
import ai.netra.apex.launcher.terminal.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the supervisor as a process of its own and tells how its start goes on. */
final class Background {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Path repository;
    private final ApexHome home;
    private final Progress progress;
    private final Set<String> told = new HashSet<>();

    Background(Path repository, ApexHome home, Progress progress) {
        this.repository = repository;
        this.home = home;
        this.progress = progress;
    }

    /** Starts it and returns when it is ready: 0, or the code of its failure. */
    int start(PortPlan ports, long from) throws IOException {
        Files.deleteIfExists(Checkout.stateFile());
        // Keys of providers become files here: no process that goes on has them in the open.
        var _ =
                new ApexStack(repository, home, ports, new Toolchain(repository))
                        .serviceEnvironments();
        ServerProcess process =
                ServerProcess.start(
                        "apex",
                        command(ports),
                        environment(),
                        repository,
                        home.logs().resolve("launcher.log"));
        process.awaitReady(LIMIT, () -> over(process.identity()));
        SystemState state =
                SystemState.read(Checkout.stateFile())
                        .orElseThrow(() -> new CliException(CliException.SOFTWARE, process.tail()));
        if (!state.phase().equals("ready")) {
            throw new CliException(
                    CliException.SOFTWARE,
                    Optional.ofNullable(state.message()).orElse("It stopped."));
        }
        UpCommand.announce(progress, ports, from);
        progress.line("Stop it with ./apex down; look at it with ./apex status.");
        return 0;
    }

    private boolean over(ProcessIdentity launcher) {
        Optional<SystemState> state = SystemState.read(Checkout.stateFile());
        if (state.isEmpty() || state.get().launcherPid() != launcher.pid()) {
            return false;
        }
        state.get().parts().forEach(this::tell);
        return !state.get().phase().equals("starting");
    }

    private void tell(PartState part) {
        if (part.state().equals("ready") && told.add(part.name())) {
            progress.line("✓ %s (%.1f s)".formatted(part.name(), part.seconds()));
        }
    }

    private List<String> command(PortPlan ports) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        // made by ./apex; one that is missing or does not fit is passed over
                        "-XX:AOTCache=" + repository.resolve("launcher/target/launcher.aot"),
                        "-Xlog:aot=off",
                        "-Xlog:cds=off",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dapex.repository=" + repository,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Apex.class.getName(),
                        "up",
                        "--skip-build",
                        "--port-plan=" + ports.toArgument()));
        return command;
    }

    private static Map<String, String> environment() {
        var environment = new HashMap<>(System.getenv());
        environment.keySet().removeAll(ApexStack.providerKeys());
        return environment;
    }
}
