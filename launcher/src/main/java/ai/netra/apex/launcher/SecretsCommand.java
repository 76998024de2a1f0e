package ai.netra.apex.launcher;

import ai.netra.apex.launcher.config.Problem;
import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.config.ServiceReport.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "secrets",
        mixinStandardHelpOptions = true,
        description = "Looks at the services' secrets; never at their values.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SecretsCommand.ListSecrets.class,
            SecretsCommand.Check.class,
            RotateSecretCommand.class
        })
final class SecretsCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    private static boolean concernsSecrets(ServiceReport report, Problem problem) {
        String key = problem.key();
        String prefix = report.service().toUpperCase(Locale.ROOT) + "_";
        return key.startsWith(prefix + "SECRETS_")
                || key.startsWith(prefix + "VAULT_")
                || key.endsWith("_FROM")
                || report.value(key).map(Value::secret).orElse(false);
    }

    /** One secret and whether it is there. */
    private record Listed(
            String service, String key, String state, String source, boolean reloadable) {
        static Listed of(ServiceReport report, Value value) {
            boolean broken = report.problems().stream().anyMatch(p -> p.key().equals(value.key()));
            String state =
                    broken
                            ? "refused"
                            : !value.value().isEmpty()
                                    ? "present"
                                    : value.required() ? "missing" : "absent";
            return new Listed(
                    value.service(), value.key(), state, value.source(), value.reloadable());
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Lists each secret, whether it is there, and where it is read from.")
    static final class ListSecrets implements Callable<Integer> {

        @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "One service only.")
        private @Nullable String service;

        @Mixin private ConfigOptions options;
        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            List<Listed> secrets =
                    options.ask(service).stream()
                            .flatMap(
                                    report ->
                                            report.values().stream()
                                                    .filter(Value::secret)
                                                    .map(value -> Listed.of(report, value)))
                            .toList();
            if (options.json()) {
                out.println(
                        JsonMapper.builder()
                                .build()
                                .writeValueAsString(Map.of("secrets", secrets)));
            } else {
                out.printf("%-34s %-8s %-8s %s%n", "secret", "state", "rotates", "source");
                for (Listed secret : secrets) {
                    out.printf(
                            "%-34s %-8s %-8s %s%n",
                            secret.key(),
                            secret.state(),
                            secret.reloadable() ? "live" : "restart",
                            secret.source());
                }
            }
            return 0;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Checks that each secret is there, readable by its owner alone, and neither weak"
                            + " nor well known. Exit code 0 or 78.")
    static final class Check implements Callable<Integer> {

        @Parameters(arity = "0..1", paramLabel = "SERVICE", description = "One service only.")
        private @Nullable String service;

        @Mixin private ConfigOptions options;
        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            List<ServiceReport> reports =
                    options.ask(service).stream().map(Check::secretsAlone).toList();
            List<Problem> problems =
                    reports.stream().flatMap(report -> report.problems().stream()).toList();
            if (options.json()) {
                out.println(
                        JsonMapper.builder()
                                .build()
                                .writeValueAsString(Map.of("problems", problems)));
            } else {
                reports.forEach(report -> CheckConfigCommand.print(out, report));
            }
            return problems.isEmpty() ? 0 : ConfigOptions.EX_CONFIG;
        }

        private static ServiceReport secretsAlone(ServiceReport report) {
            return new ServiceReport(
                    report.service(),
                    report.tier(),
                    report.values(),
                    report.problems().stream()
                            .filter(problem -> concernsSecrets(report, problem))
                            .toList());
        }
    }
}
