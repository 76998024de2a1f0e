package ai.netra.apex.launcher;

import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.config.ServiceReport.Value;
import ai.netra.apex.launcher.home.SecretStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Replaces a secret of this installation. The new one is checked as the service would"
                        + " check it; if it is refused, the old one is put back.",
        footer = {
            "",
            "The new secret is read from standard input unless a file is named: never from the",
            "command line, which every process can read. A password that a database or Redis has to",
            "know must be given to that server first."
        })
final class RotateSecretCommand implements Callable<Integer> {

    private static final int MAX_BYTES = 64 * 1024;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "auth, backend or edge.")
    private String service = "";

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "The secret's file name, for example openai-api-key.")
    private String name = "";

    @Option(names = "--from-file", paramLabel = "FILE", description = "Read the new secret there.")
    private @Nullable Path file;

    @Mixin private ConfigOptions options;
    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        String key =
                service.toUpperCase(Locale.ROOT)
                        + "_"
                        + name.toUpperCase(Locale.ROOT).replace('-', '_');
        Value secret = secretOf(options.ask(service), key);
        SecretStore store = new SecretStore(Checkout.home());
        Optional<String> before = store.find(service, name);
        store.put(service, name, newSecret());
        List<Problem> refusals =
                options.ask(service).getFirst().problems().stream()
                        .filter(problem -> problem.key().equals(key))
                        .toList();
        if (!refusals.isEmpty()) {
            before.ifPresentOrElse(
                    old -> store.put(service, name, old), () -> store.remove(service, name));
            for (Problem problem : refusals) {
                out.println(key + " " + problem.reason() + ". " + problem.suggestion());
            }
            out.println("Nothing was changed.");
            return ConfigOptions.EX_CONFIG;
        }
        out.println(
                key
                        + (secret.reloadable()
                                ? " is replaced: a running service takes it within seconds."
                                : " is replaced: restart the service for it to be taken."));
        return 0;
    }

    private Value secretOf(List<ServiceReport> reports, String key) {
        return reports.getFirst()
                .value(key)
                .filter(Value::secret)
                .orElseThrow(
                        () ->
                                new CliException(
                                        2,
                                        "The service %s has no secret %s: see ./apex secrets list."
                                                .formatted(service, name)));
    }

    private String newSecret() throws IOException {
        byte[] bytes;
        try (var in = file == null ? System.in : Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        String text = new String(bytes, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || bytes.length > MAX_BYTES) {
            throw new CliException(2, "A secret has between 1 byte and 64 KiB.");
        }
        return text;
    }
}
