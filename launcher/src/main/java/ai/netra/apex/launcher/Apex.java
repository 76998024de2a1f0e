package ai.netra.apex.launcher;

import ai.netra.apex.embedded.EngineException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The {@code apex} command. */
@Command(
        name = "apex",
        mixinStandardHelpOptions = true,
        version = "Netra Apex 1.0.0-SNAPSHOT",
        description = "Builds, starts, watches, tests and measures Netra Apex on this machine.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            DoctorCommand.class,
            CheckConfigCommand.class,
            ConfigCommand.class,
            SecretsCommand.class,
            TestCommand.class,
            BenchCommand.class,
            RequirementsCommand.class
        })
public final class Apex implements Runnable {

    @Spec private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line; a failure is one message, never a stack trace. */
    static CommandLine commandLine() {
        return new CommandLine(new Apex())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (error, command, _) -> {
                            PrintWriter err = command.getErr();
                            if (error instanceof CliException known) {
                                err.println("apex: " + known.getMessage());
                                return known.exitCode();
                            }
                            if (error instanceof EngineException) {
                                err.println("apex: " + error.getMessage());
                                return CliException.SOFTWARE;
                            }
                            err.println("apex: an error of apex itself: " + error);
                            if (System.getenv("APEX_DEBUG") != null) {
                                error.printStackTrace(err);
                            } else {
                                err.println("Set APEX_DEBUG=1 to see where.");
                            }
                            return CliException.SOFTWARE;
                        });
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
