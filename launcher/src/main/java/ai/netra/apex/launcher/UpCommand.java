package ai.netra.apex.launcher;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.build.Build;
import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceCheck;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.ProcessLock;
import ai.netra.apex.launcher.home.RunningPorts;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.stack.ApexStack;
import ai.netra.apex.launcher.supervise.Shutdown;
import ai.netra.apex.launcher.supervise.Supervisor;
import ai.netra.apex.launcher.supervise.SystemState;
import ai.netra.apex.launcher.terminal.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Builds what is stale, starts everything on 127.0.0.1 and prints the address when a"
                        + " chat can be had. Ctrl-C or ./apex down stops it all.",
        footer = {
            "",
            "Environment: APEX_HOME (state, default .apex), APEX_AOT=off (no start-up cache), and",
            "those that name the ports. OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY,",
            "GEMINI_API_KEY and OLLAMA_HOST are handed on to the backend."
        })
final class UpCommand implements Callable<Integer> {

    @Option(
            names = "--detach",
            description = "Return when it is ready; it goes on in the background.")
    private boolean detach;

    @Option(
            names = "--fresh",
            description = "Delete all data, logs and secrets of this installation first.")
    private boolean fresh;

    @Option(names = "--skip-build", description = "Start what is built, stale or not.")
    private boolean skipBuild;

    @Option(names = "--port-plan", hidden = true)
    private @Nullable String portPlan;

    @Mixin private UpOptions options;

    @Override
    public Integer call() throws Exception {
        Path repository = Checkout.repository();
        ApexHome home = Checkout.home();
        long from = System.nanoTime();
        var progress = Progress.standard();
        var tools = new Toolchain(repository);
        tools.node();
        home.prepare();
        if (portPlan == null) {
            clearTheWay(home, progress);
        }
        PortPlan ports = portPlan == null ? options.ports() : PortPlan.ofArgument(portPlan);
        if (portPlan == null) {
            ports.requireFree();
            if (!skipBuild) {
                new Build(repository, tools, progress).all();
            }
            if (fresh) {
                home.deleteState();
                home.prepare();
            }
        }
        if (portPlan == null) {
            requireTimesThatFit(repository, home, ports, tools);
        }
        if (detach) {
            return new Background(repository, home, progress).start(ports, from);
        }
        return foreground(repository, home, ports, tools, progress, from);
    }

    /** A time that outlives the one it runs inside is refused before anything is started. */
    private static void requireTimesThatFit(
            Path repository, ApexHome home, PortPlan ports, Toolchain tools) {
        var environments = new ApexStack(repository, home, ports, tools).serviceEnvironments();
        List<Problem> problems =
                new ServiceCheck(tools.java(), tools::node, repository, environments, null)
                        .timesBetweenServices();
        if (!problems.isEmpty()) {
            throw new CliException(
                    ConfigOptions.EX_CONFIG,
                    problems.stream()
                            .map(p -> p.key() + " " + p.reason() + ". " + p.suggestion())
                            .collect(Collectors.joining("\n")));
        }
    }

    private static int foreground(
            Path repository,
            ApexHome home,
            PortPlan ports,
            Toolchain tools,
            Progress progress,
            long from)
            throws Exception {
        try (ProcessLock lock =
                ProcessLock.take(
                        home,
                        "lock",
                        CliException.UNAVAILABLE,
                        "Another ./apex up is at work on " + home.root() + ".")) {
            RunningPorts.write(home, ports);
            var stack = new ApexStack(repository, home, ports, tools);
            var supervisor =
                    new Supervisor(stack.parts(), Checkout.stateFile(), ports.address(), progress);
            // Ctrl-C and TERM end the JVM: this hook stops the parts, in order.
            Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop, "stop"));
            supervisor.start();
            if (!supervisor.stopped()) {
                announce(progress, ports, from);
            }
            supervisor.awaitStop();
            progress.line("Stopped.");
            return lock.isHeld() ? 0 : CliException.SOFTWARE;
        }
    }

    static void announce(Progress progress, PortPlan ports, long from) {
        progress.line("");
        progress.line("Netra Apex is ready after " + Progress.since(from) + ":");
        progress.line("");
        progress.line("    " + ports.address());
        progress.line("");
    }

    /** Refuses when it runs already; stops what a killed run left behind. */
    private static void clearTheWay(ApexHome home, Progress progress) {
        Optional<SystemState> state = SystemState.read(Checkout.stateFile());
        if (state.isEmpty()) {
            return;
        }
        var launcher =
                new ProcessIdentity(
                        state.get().launcherPid(), state.get().launcherStartedAtMillis());
        if (launcher.isAlive() && !launcher.equals(ProcessIdentity.current())) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    "It runs already (%s, process %d, state in %s). Stop it with ./apex down."
                            .formatted(state.get().address(), launcher.pid(), home.root()));
        }
        Shutdown.leftovers(state.get(), progress);
    }
}
