package ai.netra.apex.servicekit.logs;

import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.ServiceSettings;
import ai.netra.apex.settings.Setting;
import ai.netra.apex.settings.SettingTypes;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The settings of what a service logs, under the service's own prefix.
 *
 * @param level least level of the service's own lines
 * @param levels levels of single packages, those of libraries too
 */
public record LogSettings(Setting<Level> level, Setting<List<String>> levels) {

    /** The platform's own code. */
    private static final String OWN = "ai.netra.apex";

    private static final Pattern ENTRY =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_$.]{0,199}=(error|warn|info|debug)");

    /**
     * Levels there are. Finer ones are not offered: libraries write there what they send and
     * receive.
     */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /** The settings under a prefix, for example {@code BACKEND_}. */
    public static LogSettings of(String prefix) {
        return new LogSettings(
                Setting.enumeration(prefix + "LOG_LEVEL", Level.class)
                        .defaultsTo(Level.INFO)
                        .reloadableAtRuntime()
                        .describedAs("Least level of the service's own log lines."),
                Setting.listOf(prefix + "LOG_LEVELS", SettingTypes.STRING)
                        .defaultsTo(List.of())
                        .reloadableAtRuntime()
                        .must(
                                "each be <package>=<level> with level error, warn, info or debug",
                                "Write for instance org.postgresql=info,root=warn.",
                                entries ->
                                        entries.stream().allMatch(e -> ENTRY.matcher(e).matches()))
                        .describedAs(
                                "Levels of single packages, of libraries too: org.postgresql=info;"
                                        + " root is everything else."));
    }

    /** Adds the settings to a service's. */
    public ServiceSettings declare(ServiceSettings service) {
        return service.with(level, levels);
    }

    /** The level of each package that has one. */
    public LogLevels of(AppConfig config) {
        Map<String, LogLevel> told = new HashMap<>();
        told.put(OWN, LogLevel.valueOf(config.get(level).name()));
        for (String entry : config.get(levels)) {
            int at = entry.indexOf('=');
            String name = entry.substring(0, at);
            told.put(
                    name.equals("root") ? LoggingSystem.ROOT_LOGGER_NAME : name,
                    LogLevel.valueOf(entry.substring(at + 1).toUpperCase(Locale.ROOT)));
        }
        return LogLevels.standard().with(told);
    }
}
