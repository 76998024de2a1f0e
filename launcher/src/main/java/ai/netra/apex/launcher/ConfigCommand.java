package ai.netra.apex.launcher;

import ai.netra.apex.launcher.config.ServiceReport;
import ai.netra.apex.launcher.config.ServiceReport.Value;
import java.util.List;
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
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Looks at the services' configuration.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConfigCommand.Explain.class)
final class ConfigCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Shows each setting with its value, where the value comes from, its default, what"
                            + " it is for, and whether it can be changed while the service runs.")
    static final class Explain implements Callable<Integer> {

        @Parameters(
                arity = "0..1",
                paramLabel = "KEY",
                description = "One key, or a service; everything without it.")
        private @Nullable String key;

        @Mixin private ConfigOptions options;
        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            var out = spec.commandLine().getOut();
            String service = serviceOf(key);
            boolean oneKey = key != null && !key.equals(service);
            List<ServiceReport> reports = options.ask(service);
            List<Value> values =
                    reports.stream()
                            .flatMap(report -> report.values().stream())
                            .filter(value -> !oneKey || value.key().equals(key))
                            .toList();
            if (values.isEmpty()) {
                throw new CliException(2, "No service has a setting " + key + ".");
            }
            if (options.json()) {
                out.println(
                        JsonMapper.builder().build().writeValueAsString(Map.of("values", values)));
            } else if (oneKey) {
                describe(values.getFirst());
            } else {
                table(values);
            }
            boolean valid = reports.stream().allMatch(report -> report.problems().isEmpty());
            return valid ? 0 : ConfigOptions.EX_CONFIG;
        }

        /** The service a key belongs to by its prefix; null when that says nothing. */
        private static @Nullable String serviceOf(@Nullable String key) {
            if (key == null) {
                return null;
            }
            String start = key.split("_", 2)[0].toLowerCase(java.util.Locale.ROOT);
            return ai.netra.apex.launcher.config.ServiceCheck.services().contains(start)
                    ? start
                    : null;
        }

        private void table(List<Value> values) {
            var out = spec.commandLine().getOut();
            int width = values.stream().mapToInt(v -> v.key().length()).max().orElse(0);
            for (Value value : values) {
                String shown = value.value().isEmpty() ? "-" : value.value();
                out.printf("%-" + width + "s  %-28s  %s%n", value.key(), shown, value.source());
            }
        }

        private void describe(Value value) {
            var out = spec.commandLine().getOut();
            out.println(value.key());
            out.println("  " + value.description());
            out.println("  value:    " + orNone(value.value()));
            out.println("  source:   " + value.source());
            out.println("  default:  " + orNone(value.defaultValue()));
            out.println("  type:     " + value.type());
            out.println(
                    "  reload:   "
                            + (value.reloadable() ? "while the service runs" : "with a restart"));
        }

        private static String orNone(String text) {
            return text.isEmpty() ? "-" : text;
        }
    }
}
