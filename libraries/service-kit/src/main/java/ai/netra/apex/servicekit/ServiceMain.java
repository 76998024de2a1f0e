package ai.netra.apex.servicekit;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;

/**
 * The life of a service's process after its settings were read: it ends with 1 and one sentence
 * when it cannot start; told to end (SIGTERM, SIGINT), it drains, stops and ends with 0.
 */
public final class ServiceMain {

    private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);

    private ServiceMain() {}

    /**
     * Starts the service called {@code name}; the process goes on after this returns.
     *
     * @param start starts it; what it throws is a sentence for the operator
     */
    public static void run(String name, Supplier<RunningService> start) {
        try {
            RunningService service = start.get();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service), "stop"));
        } catch (RuntimeException e) {
            log.debug("the start failed", e);
            System.err.println(name + ": cannot start: " + reason(e));
            System.exit(1);
        }
    }

    private static void stop(RunningService service) {
        int code = 0;
        try {
            service.close();
            log.info("stopped");
        } catch (RuntimeException e) {
            log.error("stopping failed", e);
            code = 1;
        }
        // A process ended by a signal reports that signal; this stop was asked for and went well.
        Runtime.getRuntime().halt(code);
    }

    /** What went wrong at the bottom of it: the sentence that helps. */
    private static String reason(Throwable error) {
        Throwable root = error;
        // Below a taken port there is only an error number of the system, without the port.
        while (root.getCause() != null && !(root instanceof PortInUseException)) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.toString() : message.lines().findFirst().orElse(message);
    }
}
