package ai.netra.apex.edge;

import java.util.logging.Level;

/** How important a log line is, in the words of the other services. */
enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    Level level() {
        return switch (this) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
        };
    }
}
