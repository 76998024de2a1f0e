package ai.netra.apex.launcher;

import ai.netra.apex.embedded.ProcessIdentity;
import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.config.ServiceReport.Value;
import ai.netra.apex.launcher.home.ApexHome;
import ai.netra.apex.launcher.home.PortPlan;
import ai.netra.apex.launcher.home.ProcessLock;
import ai.netra.apex.launcher.home.RunningPorts;
import ai.netra.apex.launcher.home.SecretStore;
import ai.netra.apex.launcher.rotate.Rotations;
import ai.netra.apex.launcher.supervise.SystemState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Replaces secrets of this installation without a restart: server, file and services in"
                        + " an order in which every request succeeds.",
        footer = {
            "",
            "Passwords and keys that this installation makes itself are made anew. A provider's key",
            "is read from standard input unless a file is named: never from the command line, which",
            "every process can read. One that was interrupted is taken up by rotating again.",
            "Exit code 0, 75 when something should be tried again, 78 when a secret is refused."
        })
final class RotateSecretCommand implements Callable<Integer> {

    private static final int MAX_BYTES = 64 * 1024;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "auth, backend or edge.")
    private @Nullable String service;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "The secret's file name, for example redis-password or openai-api-key.")
    private @Nullable String name;

    @Option(names = "--all", description = "Every secret that this installation makes itself.")
    private boolean all;

    @Option(
            names = "--from-file",
            paramLabel = "FILE",
            description = "Read a provider's new key there.")
    private @Nullable Path file;

    @Option(
            names = "--certificate",
            paramLabel = "FILE",
            description = "With edge tls-key: the certificate of the new key and its chain.")
    private @Nullable Path certificate;

    @Mixin private ConfigOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        ApexHome home = Checkout.home();
        home.prepare();
        try (var _ =
                ProcessLock.take(
                        home,
                        "rotate.lock",
                        Rotations.TRY_AGAIN,
                        "Another ./apex secrets rotate is at work.")) {
            return call(home, new SecretStore(home));
        }
    }

    private int call(ApexHome home, SecretStore secrets) throws IOException {
        boolean running = isRunning();
        Optional<PortPlan> ports = RunningPorts.read(home);
        if (running && ports.isEmpty()) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    "The running system was started by another version. Restart it first.");
        }
        if (!running) {
            options.prepareSecrets();
        }
        var rotations = new Rotations(secrets, ports.orElseGet(() -> PortPlan.anyFree(1)), running);
        List<Rotations.Result> results = new ArrayList<>();
        if (all) {
            rotations.rotateAll(this::tell, result -> tell(results, result));
        } else if (service == null || name == null) {
            throw new CliException(
                    2,
                    "Name a service and a secret, or --all. Made here: "
                            + String.join(", ", rotations.names()).replace('/', ' ')
                            + ".");
        } else if (rotations.names().contains(service + "/" + name)) {
            requireNoFile();
            tell(results, rotations.rotate(service + "/" + name, this::tell));
        } else {
            tell(results, take(rotations, secrets, running, service, name));
        }
        return finish(results, running);
    }

    private void requireNoFile() {
        if (file != null) {
            throw new CliException(
                    2, "This secret is made here: leave --from-file out, and it is made anew.");
        }
    }

    /** One that is issued elsewhere; the service says whether it takes it. */
    private Rotations.Result take(
            Rotations rotations,
            SecretStore secrets,
            boolean running,
            String owner,
            String secretName)
            throws IOException {
        String key = key(owner, secretName);
        ServiceReport report = options.ask(owner).getFirst();
        Value known =
                report.value(key)
                        .filter(Value::secret)
                        .orElseThrow(
                                () ->
                                        new CliException(
                                                2,
                                                "The service %s has no secret %s: see ./apex secrets"
                                                                .formatted(owner, secretName)
                                                        + " list."));
        if (!known.reloadable() && running) {
            throw new CliException(
                    CliException.UNAVAILABLE,
                    key + " needs a restart: stop the system, rotate, and start it again.");
        }
        if (certificate != null) {
            return rotations.takeCertificate(
                    certificateOf(report, running), read(certificate), newSecret(), this::tell);
        }
        Optional<String> before = secrets.find(owner, secretName);
        Rotations.Result result = rotations.take(owner, secretName, newSecret(), this::tell);
        if (running || result.outcome() != Rotations.Outcome.ROTATED) {
            return result;
        }
        List<Problem> refusals =
                options.ask(owner).getFirst().problems().stream()
                        .filter(problem -> problem.key().equals(key))
                        .toList();
        if (refusals.isEmpty()) {
            return result;
        }
        before.ifPresentOrElse(
                old -> secrets.put(owner, secretName, old),
                () -> secrets.remove(owner, secretName));
        Problem problem = refusals.getFirst();
        return new Rotations.Result(
                result.name(),
                Rotations.Outcome.FAILED,
                result.seconds(),
                key
                        + " "
                        + problem.reason()
                        + ". "
                        + problem.suggestion()
                        + " Nothing was changed.",
                ConfigOptions.EX_CONFIG);
    }

    /** Where the certificate is that a new one takes the place of. */
    private Path certificateOf(ServiceReport report, boolean running) {
        String place =
                report.value("EDGE_TLS_CERTIFICATE")
                        .filter(_ -> "edge".equals(service) && "tls-key".equals(name))
                        .map(Value::value)
                        .orElse("");
        if (place.isEmpty() || !running) {
            throw new CliException(
                    2,
                    "--certificate goes with edge tls-key while the system runs and"
                            + " EDGE_TLS_CERTIFICATE is set.");
        }
        return Path.of(place);
    }

    private static String key(String owner, String secretName) {
        return (owner + "_" + secretName).toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private void tell(String step) {
        if (!options.json()) {
            var out = spec.commandLine().getOut();
            out.println("  " + step);
            out.flush();
        }
    }

    private void tell(List<Rotations.Result> results, Rotations.Result result) {
        results.add(result);
        if (!options.json()) {
            String mark =
                    switch (result.outcome()) {
                        case ROTATED -> "✓";
                        case SKIPPED -> "-";
                        case FAILED -> "✗";
                    };
            String message = result.message() == null ? "" : result.message();
            var out = spec.commandLine().getOut();
            out.printf("%s %-34s %6.2f s %s%n", mark, result.name(), result.seconds(), message);
            out.flush();
        }
    }

    private int finish(List<Rotations.Result> results, boolean running) {
        var out = spec.commandLine().getOut();
        List<Rotations.Result> failed =
                results.stream().filter(r -> r.outcome() == Rotations.Outcome.FAILED).toList();
        if (options.json()) {
            out.println(
                    JsonMapper.builder()
                            .build()
                            .writeValueAsString(Map.of("running", running, "rotations", results)));
        } else if (failed.isEmpty()) {
            out.println(
                    running
                            ? "Done. Every service uses the new secrets."
                            : "Done. The next ./apex up uses the new secrets.");
        } else {
            out.println("Not everything was replaced; what is in use goes on. Try it again.");
        }
        return failed.isEmpty() ? 0 : failed.getFirst().code();
    }

    private static boolean isRunning() {
        Optional<SystemState> state = SystemState.read(Checkout.stateFile());
        if (state.isEmpty()) {
            return false;
        }
        boolean alive =
                new ProcessIdentity(
                                state.get().launcherPid(), state.get().launcherStartedAtMillis())
                        .isAlive();
        if (alive && !state.get().phase().equals("ready")) {
            throw new CliException(
                    Rotations.TRY_AGAIN,
                    "The system is " + state.get().phase() + ": try again when it is ready.");
        }
        return alive;
    }

    private String newSecret() throws IOException {
        return read(file);
    }

    private static String read(@Nullable Path from) throws IOException {
        byte[] bytes;
        try (var in = from == null ? System.in : Files.newInputStream(from)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || bytes.length > MAX_BYTES) {
            throw new CliException(2, "A secret, or a certificate, has between 1 byte and 64 KiB.");
        }
        return text;
    }
}
