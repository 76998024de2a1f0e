package ai.netra.apex.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration is read from. The order is fixed; each source wins over those before it:
 *
 * <ol>
 *   <li>defaults of the tier
 *   <li>the file of {@code --config}, or else of {@code <PREFIX>CONFIG_FILE}
 *   <li>the environment, or the file of {@code --env-file} in its stead
 *   <li>secret files and secret stores
 *   <li>{@code --set KEY=VALUE} on the command line (never a secret)
 * </ol>
 *
 * Immutable: each method returns new sources.
 */
public final class ConfigSources {
    private final Map<String, String> environment;
    private final @Nullable Path environmentFile;
    private final @Nullable Path configFile;
    private final Map<String, String> commandLine;

    private ConfigSources(
            Map<String, String> environment,
            @Nullable Path environmentFile,
            @Nullable Path configFile,
            Map<String, String> commandLine) {
        this.environment = Map.copyOf(environment);
        this.environmentFile = environmentFile;
        this.configFile = configFile;
        this.commandLine = Map.copyOf(commandLine);
    }

    /** The environment of this process and nothing else yet. */
    public static ConfigSources ofProcess() {
        return ofEnvironment(System.getenv());
    }

    /** A given environment; for tests and for children whose environment is made by hand. */
    public static ConfigSources ofEnvironment(Map<String, String> environment) {
        return new ConfigSources(environment, null, null, Map.of());
    }

    /** With a file that stands in for the environment, which is then not read at all. */
    public ConfigSources withEnvironmentFile(Path file) {
        return new ConfigSources(environment, file, configFile, commandLine);
    }

    /** With a configuration file. */
    public ConfigSources withConfigFile(Path file) {
        return new ConfigSources(environment, environmentFile, file, commandLine);
    }

    /** With a value from the command line. */
    public ConfigSources withCommandLine(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(commandLine);
        more.put(key, value);
        return new ConfigSources(environment, environmentFile, configFile, more);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The file that stands in for the environment. */
    public Optional<Path> environmentFile() {
        return Optional.ofNullable(environmentFile);
    }

    /** The configuration file stated on the command line. */
    public Optional<Path> configFile() {
        return Optional.ofNullable(configFile);
    }

    Map<String, String> commandLine() {
        return commandLine;
    }
}
