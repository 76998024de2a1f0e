package ai.netra.apex.launcher;

import ai.netra.apex.launcher.build.Build;
import ai.netra.apex.launcher.config.ServiceCheck;
import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.host.Toolchain;
import ai.netra.apex.launcher.stack.ApexStack;
import ai.netra.apex.launcher.terminal.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the commands that look at configuration, and the asking itself. */
final class ConfigOptions {

    /** Exit code of a configuration that is refused. */
    static final int EX_CONFIG = 78;

    @Option(
            names = "--env-file",
            paramLabel = "FILE",
            description = "Read FILE of KEY=VALUE lines in the environment's stead.")
    private @Nullable Path environmentFile;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--skip-build", description = "Ask what is built, stale or not.")
    private boolean skipBuild;

    @Mixin private UpOptions up;

    boolean json() {
        return json;
    }

    /**
     * What the services say. With neither a file nor {@code APEX_TIER} in the environment, it is
     * about what {@code up} would tell them.
     */
    List<ServiceReport> ask(@Nullable String service) {
        return ask(service, skipBuild);
    }

    /** What all of them say, as they are built. */
    List<ServiceReport> askBuilt() {
        return ask(null, true);
    }

    /** Whether there are programs to ask. */
    boolean isBuilt() {
        return ServiceCheck.isBuilt(Checkout.repository());
    }

    /** Where the parts have their ports. */
    PortPlan ports() {
        return up.ports();
    }

    private List<ServiceReport> ask(@Nullable String service, boolean asBuilt) {
        Path repository = Checkout.repository();
        var tools = new Toolchain(repository);
        if (environmentFile != null && !Files.isReadable(environmentFile)) {
            throw new CliException(2, "The file " + environmentFile + " cannot be read.");
        }
        if (!asBuilt) {
            // Standard output is for the answer alone.
            new Build(repository, tools, new Progress(System.err, false)).java();
        }
        Path file = environmentFile == null ? null : environmentFile.toAbsolutePath().normalize();
        return new ServiceCheck(
                        tools.java(),
                        tools::node,
                        repository,
                        environments(repository, tools),
                        file)
                .ask(service);
    }

    /** Makes the secrets of this installation that are not there yet. */
    void prepareSecrets() {
        var home = Checkout.home();
        home.prepare();
        Path repository = Checkout.repository();
        var _ =
                new ApexStack(repository, home, up.ports(), new Toolchain(repository))
                        .serviceEnvironments();
    }

    private Map<String, Map<String, String>> environments(Path repository, Toolchain tools) {
        var environments = new LinkedHashMap<String, Map<String, String>>();
        if (environmentFile != null || System.getenv("APEX_TIER") != null) {
            ServiceCheck.services().forEach(name -> environments.put(name, System.getenv()));
            return environments;
        }
        var home = Checkout.home();
        home.prepare();
        return new ApexStack(repository, home, up.ports(), tools).serviceEnvironments();
    }
}
