package ai.netra.apex.settings;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a service's {@code main} calls first: it reads the command line and the configuration, and
 * either returns a valid configuration or prints every problem and ends the process with {@link
 * #EX_CONFIG}. Nothing is opened before.
 */
public final class ConfigurationMain {
    /** Exit code of a refused configuration, from {@code sysexits.h}. */
    public static final int EX_CONFIG = 78;

    /** Exit code of a command line that cannot be understood, from {@code sysexits.h}. */
    public static final int EX_USAGE = 64;

    private ConfigurationMain() {}

    /** What the command line asked for. */
    public sealed interface Outcome {
        /** The service is to start with this configuration. */
        record Start(UnifiedConfigManager manager) implements Outcome {}

        /** The process is to end with this code; what there is to say has been printed. */
        record Exit(int code) implements Outcome {}
    }

    /** Returns the configuration, or ends the process. */
    public static UnifiedConfigManager loadOrExit(ServiceSettings settings, String[] args) {
        return switch (run(settings, args, System.getenv(), System.out, System.err)) {
            case Outcome.Start start -> start.manager();
            case Outcome.Exit exit -> {
                System.exit(exit.code());
                throw new IllegalStateException("The process is ending");
            }
        };
    }

    /** The same without touching the process: for tests and for the launcher. */
    public static Outcome run(
            ServiceSettings settings,
            String[] args,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err) {
        Options options = Options.parse(args);
        if (options.help()) {
            out.print(Options.usage(settings));
            return new Outcome.Exit(0);
        }
        String fault = options.fault();
        if (fault != null) {
            err.println(settings.service() + ": " + fault + " (--help lists the options)");
            return new Outcome.Exit(EX_USAGE);
        }
        ConfigSources sources = options.applyTo(ConfigSources.ofEnvironment(environment));
        if (options.explain()) {
            return explain(settings, sources, options, out, err);
        }
        try {
            UnifiedConfigManager manager = UnifiedConfigManager.load(settings, sources);
            if (options.checkOnly()) {
                out.println(
                        options.json()
                                ? ProblemReport.json(List.of())
                                : settings.service() + ": the configuration is valid");
                return new Outcome.Exit(0);
            }
            return new Outcome.Start(manager);
        } catch (InvalidConfigurationException e) {
            if (options.json()) {
                out.println(ProblemReport.json(e.problems()));
            } else {
                err.println(ProblemReport.human(e.problems()));
            }
            return new Outcome.Exit(EX_CONFIG);
        }
    }

    private static Outcome explain(
            ServiceSettings settings,
            ConfigSources sources,
            Options options,
            PrintStream out,
            PrintStream err) {
        ConfigExplanation explanation = ConfigExplanation.of(settings, sources);
        String key = options.explainKey();
        List<ConfigExplanation.Row> rows =
                key == null
                        ? explanation.rows()
                        : explanation.row(key).map(List::of).orElse(List.of());
        if (rows.isEmpty()) {
            err.println(
                    settings.service()
                            + " has no such key."
                            + DidYouMean.closest(String.valueOf(key), settings.keys())
                                    .map(near -> " Did you mean " + near + "?")
                                    .orElse(""));
            return new Outcome.Exit(EX_USAGE);
        }
        if (options.json()) {
            out.println(explanation.json(settings.service(), rows));
        } else if (key != null) {
            out.print(ConfigExplanation.describe(rows.getFirst()));
        } else {
            out.print(explanation.table());
        }
        if (!explanation.problems().isEmpty() && !options.json()) {
            err.println(ProblemReport.human(explanation.problems()));
        }
        return new Outcome.Exit(explanation.problems().isEmpty() ? 0 : EX_CONFIG);
    }

    static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }
}
