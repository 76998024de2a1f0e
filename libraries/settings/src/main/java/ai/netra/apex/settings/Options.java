package ai.netra.apex.settings;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command line that every service understands. */
record Options(
        boolean help,
        boolean checkOnly,
        boolean json,
        boolean explain,
        @Nullable String explainKey,
        @Nullable Path config,
        @Nullable Path environmentFile,
        Map<String, String> values,
        @Nullable String fault) {

    static Options parse(String[] args) {
        boolean help = false;
        boolean check = false;
        boolean json = false;
        boolean explain = false;
        String explainKey = null;
        Path config = null;
        Path environmentFile = null;
        Map<String, String> values = new LinkedHashMap<>();
        String fault = null;
        for (int i = 0; i < args.length; i++) {
            String argument = args[i];
            switch (argument) {
                case "--help", "-h" -> help = true;
                case "--check-config" -> check = true;
                case "--json" -> json = true;
                case "--explain" -> {
                    explain = true;
                    if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                        i++;
                        explainKey = args[i];
                    }
                }
                case "--config", "--env-file", "--set" -> {
                    i++;
                    if (i >= args.length) {
                        fault = argument + " needs a value";
                    } else if (argument.equals("--set")) {
                        fault = set(args[i], values, fault);
                    } else {
                        Path path = path(args[i]);
                        if (path == null) {
                            fault = argument + " needs the path of a file";
                        } else if (argument.equals("--config")) {
                            config = path;
                        } else {
                            environmentFile = path;
                        }
                    }
                }
                // The argument is not repeated: it may be a credential.
                default -> fault = "argument " + (i + 1) + " is not an option";
            }
        }
        return new Options(
                help, check, json, explain, explainKey, config, environmentFile, values, fault);
    }

    private static @Nullable String set(
            String assignment, Map<String, String> values, @Nullable String fault) {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            return "--set needs KEY=VALUE";
        }
        values.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        return fault;
    }

    private static @Nullable Path path(String text) {
        try {
            return text.isBlank() ? null : ConfigurationMain.absolute(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    ConfigSources applyTo(ConfigSources sources) {
        ConfigSources result = sources;
        if (config != null) {
            result = result.withConfigFile(config);
        }
        if (environmentFile != null) {
            result = result.withEnvironmentFile(environmentFile);
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            result = result.withCommandLine(value.getKey(), value.getValue());
        }
        return result;
    }

    static String usage(ServiceSettings settings) {
        return """
               The %s service.

                 --config FILE      read KEY=VALUE lines from FILE
                 --env-file FILE    read FILE in the environment's stead
                 --set KEY=VALUE    set one key (never a secret)
                 --check-config     validate and exit: 0, or 78 with every problem
                 --explain [KEY]    show values with their sources and defaults
                 --json             print problems as JSON
                 --help             print this

               Later sources win: defaults of the tier, file, environment, secrets, command line.
               Its keys start with %s and are described in docs/configuration.md.
               """
                .formatted(settings.service(), settings.prefix());
    }
}
