package ai.netra.apex.servicekit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;

/**
 * The life of a service's process after its settings were read: it ends with 1 and one sentence
 * when it cannot start; told to end (SIGTERM, SIGINT), it drains, stops and ends with 0.
 */
public final class ServiceMain {

    private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);

    /** How long a stop that comes in the middle of the start waits for its end. */
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private ServiceMain() {}

    /**
     * Starts the service called {@code name}; the process goes on after this returns.
     *
     * @param start starts it; what it throws is a sentence for the operator
     */
    public static void run(String name, Supplier<RunningService> start) {
        var started = new CompletableFuture<@Nullable RunningService>();
        // First of all: a service that is reachable already is stopped like one that runs for days.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "stop"));
        try {
            started.complete(start.get());
        } catch (RuntimeException e) {
            started.complete(null);
            fail(name, e);
        }
    }

    /**
     * Does {@code work} in place of running the service called {@code name}, and ends the process
     * with the code it gives.
     */
    public static void end(String name, IntSupplier work) {
        try {
            System.exit(work.getAsInt());
        } catch (RuntimeException e) {
            fail(name, e);
        }
    }

    private static void fail(String name, RuntimeException error) {
        log.debug("the start failed", error);
        log.error("{}: cannot start: {}", name, reason(error));
        System.exit(1);
    }

    private static void stop(CompletableFuture<@Nullable RunningService> started) {
        RunningService service;
        try {
            service = started.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            return; // Still starting: there is nothing yet that somebody could miss.
        }
        if (service == null) {
            return;
        }
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
