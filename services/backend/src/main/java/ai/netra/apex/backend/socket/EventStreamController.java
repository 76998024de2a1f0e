package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.backend.account.Tokens;
import ai.netra.apex.backend.run.RunEvent;
import ai.netra.apex.backend.run.RunSubscription;
import ai.netra.apex.backend.run.RunView;
import ai.netra.apex.backend.run.Runs;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/runs/{id}/events}: a run as server-sent events. The request's own virtual thread
 * writes, and waits for the reader where it has to.
 */
@RestController
class EventStreamController {

    private static final int EVENTS_AT_ONCE = 64;
    private static final long CHECK_NANOS = 1_000_000_000L;

    private final Runs runs;
    private final Tokens tokens;
    private final Supplier<SocketConfig> config;
    private volatile boolean closing;

    EventStreamController(Runs runs, Tokens tokens, Supplier<SocketConfig> config) {
        this.runs = runs;
        this.tokens = tokens;
        this.config = config;
    }

    @GetMapping("/api/runs/{id}/events")
    void events(
            @PathVariable UUID id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            @RequestParam(required = false) @Nullable String afterSequence,
            Caller caller,
            HttpServletResponse response)
            throws IOException {
        long after = sequence(lastEventId != null ? lastEventId : afterSequence);
        RunView run = runs.get(id, caller.userId());
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        Thread writer = Thread.currentThread();
        try (RunSubscription subscription =
                runs.subscribe(id, run.threadId(), after, () -> LockSupport.unpark(writer))) {
            response.flushBuffer();
            write(subscription, caller, response);
        }
    }

    private void write(RunSubscription subscription, Caller caller, HttpServletResponse response)
            throws IOException {
        OutputStream out = response.getOutputStream();
        long wroteAt = System.nanoTime();
        while (!closing && !ended(caller)) {
            List<RunEvent> events = subscription.next(EVENTS_AT_ONCE);
            for (RunEvent event : events) {
                out.write(render(event).getBytes(StandardCharsets.UTF_8));
            }
            boolean quiet = System.nanoTime() - wroteAt > config.get().keepAlive().toNanos();
            if (events.isEmpty() && quiet) {
                out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
            }
            if (!events.isEmpty() || quiet) {
                out.flush();
                wroteAt = System.nanoTime();
            }
            if (subscription.ended()) {
                return;
            }
            if (events.isEmpty()) {
                LockSupport.parkNanos(this, CHECK_NANOS);
            }
        }
    }

    private boolean ended(Caller caller) {
        return !caller.expiresAt().isAfter(Clock.systemUTC().instant())
                || tokens.isRevoked(caller)
                || Thread.currentThread().isInterrupted();
    }

    private static String render(RunEvent event) {
        String id = event.sequence() == 0 ? "" : "id: " + event.sequence() + "\n";
        return id + "event: " + event.type() + "\ndata: " + event.json() + "\n\n";
    }

    private static long sequence(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return 0;
        }
        try {
            long sequence = Long.parseLong(text.strip());
            if (sequence >= 0) {
                return sequence;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw ApiException.invalid("Last-Event-ID", "The number of the last event seen, from 0.");
    }

    @EventListener(ContextClosedEvent.class)
    void onClose() {
        closing = true;
    }
}
