package ai.netra.apex.servicekit.logs;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * The least level that is logged, by package; {@code root} for what has none of its own.
 *
 * @param byPackage what is set; a package below another has that one's unless it is set itself
 */
public record LogLevels(Map<String, LogLevel> byPackage) {

    /**
     * What goes over the wire is logged by nobody who did not ask for that very package, since it
     * has people's words and credentials in it.
     */
    private static final Map<String, LogLevel> WIRES =
            Map.of(
                    "org.apache.hc.client5.http.wire", LogLevel.INFO,
                    "org.apache.hc.client5.http.headers", LogLevel.INFO,
                    "io.lettuce.core.protocol", LogLevel.INFO,
                    "jdk.httpclient", LogLevel.INFO);

    public LogLevels {
        byPackage = Map.copyOf(byPackage);
    }

    /** What is logged unless somebody says otherwise: our own lines, and warnings of libraries. */
    public static LogLevels standard() {
        return new LogLevels(
                Map.of(
                        LoggingSystem.ROOT_LOGGER_NAME,
                        LogLevel.WARN,
                        "ai.netra.apex",
                        LogLevel.INFO,
                        // The client is told; not every wrong address somebody tries is news.
                        "org.springframework.web.servlet.PageNotFound",
                        LogLevel.ERROR));
    }

    /** The same with other levels for some packages. */
    public LogLevels with(Map<String, LogLevel> other) {
        var all = new HashMap<>(WIRES);
        all.putAll(byPackage);
        all.putAll(other);
        return new LogLevels(all);
    }

    /** Puts them in force; packages that only {@code before} has go back to what is above them. */
    public void replace(LogLevels before) {
        LoggingSystem logging = LoggingSystem.get(LogLevels.class.getClassLoader());
        for (String name : before.byPackage.keySet()) {
            if (!byPackage.containsKey(name)) {
                logging.setLogLevel(name, null);
            }
        }
        byPackage.forEach(logging::setLogLevel);
    }
}
