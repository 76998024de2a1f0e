package ai.netra.apex.edge;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** Log lines on standard output, one JSON object each, in the names of the Elastic schema. */
final class Logs {
    // Held, because the log manager forgets the levels of loggers that nobody holds.
    private static final List<Logger> quieted = new ArrayList<>();

    private Logs() {}

    static void toStandardOutput() {
        // Takes effect because nothing has logged yet.
        System.setProperty("java.util.logging.manager", EdgeLogManager.class.getName());
        Handler handler =
                new StreamHandler(System.out, new Json()) {
                    @Override
                    public synchronized void publish(LogRecord line) {
                        super.publish(line);
                        flush();
                    }
                };
        Logger root = Logger.getLogger("");
        for (Handler standard : root.getHandlers()) {
            root.removeHandler(standard);
        }
        // The handler passes on what the loggers' own levels let through.
        handler.setLevel(Level.ALL);
        root.setLevel(Level.INFO);
        root.addHandler(handler);
        // The server tells of every broken connection; the access log and metrics do that once.
        for (String library : List.of("io.undertow", "org.xnio", "org.jboss")) {
            Logger logger = Logger.getLogger(library);
            logger.setLevel(Level.OFF);
            quieted.add(logger);
        }
    }

    /** What is less important than {@code least} is not logged from now on. */
    static void level(LogLevel least) {
        Logger.getLogger("").setLevel(least.level());
    }

    static void flush() {
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.flush();
        }
    }

    private static final class Json extends Formatter {
        @Override
        public String format(LogRecord line) {
            var json = new StringBuilder(160);
            json.append("{\"@timestamp\":\"").append(Instant.ofEpochMilli(line.getMillis()));
            json.append("\",\"log.level\":\"").append(line.getLevel());
            json.append("\",\"service.name\":\"edge\",\"log.logger\":");
            json.append(ProblemJson.string(String.valueOf(line.getLoggerName())));
            json.append(",\"message\":").append(ProblemJson.string(formatMessage(line)));
            if (line.getThrown() != null) {
                var trace = new StringWriter();
                line.getThrown().printStackTrace(new PrintWriter(trace));
                json.append(",\"error.stack_trace\":").append(ProblemJson.string(trace.toString()));
            }
            return json.append("}\n").toString();
        }
    }
}
