package ai.netra.apex.backend.socket;

import ai.netra.apex.backend.account.Caller;
import ai.netra.apex.backend.account.TokenException;
import ai.netra.apex.backend.message.Accepted;
import ai.netra.apex.backend.message.SendMessage;
import ai.netra.apex.backend.run.RunView;
import ai.netra.apex.backend.socket.ClientFrame.MalformedFrameException;
import ai.netra.apex.backend.thread.ThreadChanges;
import ai.netra.apex.contracts.CloseCode;
import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.database.Priority;
import ai.netra.apex.database.RequestContext;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.websocket.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads its frames one after the other, answers them, and watches over its
 * token, its pace and its signs of life.
 *
 * <p>Frames come on one thread at a time; {@link #tick} and {@link #close} on any.
 */
final class Connection {

    private static final Duration FRAME_TIME = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(3);
    private static final int TOO_BIG = 1009;
    private static final int GOING_AWAY = 1001;

    private final Services services;
    private final Outbound outbound;
    private final TokenBucket bucket;
    private final String correlationId = UUID.randomUUID().toString().replace("-", "");
    private final StringBuilder partial = new StringBuilder();
    private final long openedAt = System.nanoTime();
    private volatile long heardAt = openedAt;
    private volatile long pingedAt = openedAt;
    private volatile @Nullable Caller caller;
    private volatile List<String> toldDegraded = List.of();
    private ThreadChanges.@Nullable Registration registration;

    Connection(Session session, Services services) {
        this.services = services;
        SocketConfig config = services.config();
        this.outbound = new Outbound(session, config.maxSubscriptions());
        this.bucket = new TokenBucket(config.frameBurst(), openedAt);
    }

    void start() {
        outbound.start();
    }

    /** A part of a text frame. */
    void received(String part, boolean last) {
        heardAt = System.nanoTime();
        if (partial.length() + part.length() > services.config().maxFrameCharacters()) {
            outbound.close(TOO_BIG, "frame too long");
            return;
        }
        partial.append(part);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            handle(frame);
        }
    }

    /** A sign of life that is no frame. */
    void pong() {
        heardAt = System.nanoTime();
    }

    void malformed(String reason) {
        outbound.close(CloseCode.FORMAT.code(), reason);
    }

    void close(int code, String reason) {
        outbound.close(code, reason);
    }

    void gone() {
        outbound.gone();
        ThreadChanges.Registration current = registration;
        if (current != null) {
            current.close();
        }
    }

    /** Looks after the connection; called about once a second. */
    void tick(Instant now) {
        SocketConfig config = services.config();
        if (outbound.closingFor().compareTo(CLOSE_TIME) > 0) {
            outbound.abort();
            return;
        }
        if (outbound.blockedFor().compareTo(config.sendTimeout()) > 0) {
            close(CloseCode.RATE);
            return;
        }
        Caller current = caller;
        if (current == null) {
            if (since(openedAt).compareTo(config.authenticateWithin()) > 0) {
                close(CloseCode.AUTHENTICATION);
            }
        } else if (!current.expiresAt().isAfter(now) || services.tokens().isRevoked(current)) {
            close(CloseCode.EXPIRED);
        } else {
            tellDegraded();
        }
        if (since(heardAt).compareTo(config.silence()) > 0) {
            outbound.close(GOING_AWAY, "no sign of life");
        } else if (since(pingedAt).compareTo(config.pingInterval()) > 0) {
            pingedAt = System.nanoTime();
            outbound.ping();
        }
    }

    /** Says what the service has to do without, each time that changes. */
    private void tellDegraded() {
        List<String> parts = services.degradation().parts();
        if (!parts.equals(toldDegraded)) {
            toldDegraded = parts;
            answer(services.frames().degraded(parts));
        }
    }

    private void handle(String text) {
        SocketConfig config = services.config();
        if (!bucket.take(System.nanoTime(), config.framesPerSecond(), config.frameBurst())) {
            close(CloseCode.RATE);
            return;
        }
        try {
            ClientFrame frame = ClientFrame.parse(text, services.json());
            Caller current = caller;
            if (frame instanceof ClientFrame.Authenticate authenticate) {
                authenticate(authenticate.token(), current);
            } else if (current == null) {
                close(CloseCode.AUTHENTICATION);
            } else {
                RequestContext.of(
                                current.userId().toString(),
                                "ws " + frame.getClass().getSimpleName())
                        .withPriority(Priority.HIGH)
                        .withCorrelationId(correlationId)
                        .within(FRAME_TIME)
                        .run(() -> handle(frame, current));
            }
        } catch (RuntimeException e) {
            refuse(e, Map.of());
        } catch (MalformedFrameException e) {
            malformed(String.valueOf(e.getMessage()));
        }
    }

    private void handle(ClientFrame frame, Caller current) {
        switch (frame) {
            case ClientFrame.Send send -> send(send.message(), current);
            case ClientFrame.Subscribe subscribe -> subscribe(subscribe, current);
            case ClientFrame.Unsubscribe unsubscribe -> outbound.unfollow(unsubscribe.runId());
            case ClientFrame.Stop stop -> stop(stop.runId(), current);
            case ClientFrame.Ping ping -> answer(services.frames().pong(ping.id()));
            case ClientFrame.Authenticate _ ->
                    throw new IllegalStateException("was handled before");
        }
    }

    private void authenticate(String token, @Nullable Caller before) {
        try {
            Caller verified = services.tokens().verify(token);
            if (before != null && !before.userId().equals(verified.userId())) {
                close(CloseCode.AUTHENTICATION);
                return;
            }
            List<String> degraded = services.degradation().parts();
            toldDegraded = degraded;
            caller = verified;
            answer(services.frames().ready(verified, degraded));
            if (before == null) {
                registration =
                        services.changes()
                                .listen(
                                        verified.userId(),
                                        id -> answer(services.frames().threadChanged(id)));
            }
        } catch (TokenException e) {
            if (e.code() == ErrorCode.UNAVAILABLE) {
                Problem problem = Problem.of(e.code(), e.detail(), correlationId);
                answer(services.frames().error(problem.retryAfter(2), Map.of()));
            } else {
                close(
                        e.code() == ErrorCode.TOKEN_EXPIRED
                                ? CloseCode.EXPIRED
                                : CloseCode.AUTHENTICATION);
            }
        }
    }

    private void send(SendMessage message, Caller current) {
        try {
            Accepted accepted = services.messages().accept(current.userId(), message);
            answer(services.frames().accepted(message.clientMessageId(), accepted));
            follow(accepted.runId(), accepted.threadId(), 0);
        } catch (RuntimeException e) {
            var about = new HashMap<String, Object>();
            about.put("threadId", message.threadId());
            about.put("clientMessageId", message.clientMessageId());
            refuse(e, about);
        }
    }

    private void subscribe(ClientFrame.Subscribe subscribe, Caller current) {
        try {
            RunView run = services.runs().get(subscribe.runId(), current.userId());
            follow(run.id(), run.threadId(), subscribe.afterSequence());
        } catch (RuntimeException e) {
            refuse(e, Map.of("runId", subscribe.runId()));
        }
    }

    private void stop(UUID runId, Caller current) {
        try {
            services.runs().stop(runId, current.userId());
            answer(services.frames().stopping(runId));
        } catch (RuntimeException e) {
            refuse(e, Map.of("runId", runId));
        }
    }

    private void follow(UUID runId, UUID threadId, long afterSequence) {
        var subscription =
                services.runs().subscribe(runId, threadId, afterSequence, outbound::signal);
        if (!outbound.follow(subscription)) {
            subscription.close();
            throw new ApiException(
                    ErrorCode.RATE_LIMITED,
                    "One connection may follow %d runs: unsubscribe from one first."
                            .formatted(services.config().maxSubscriptions()));
        }
    }

    private void refuse(RuntimeException error, Map<String, ?> about) {
        answer(services.frames().error(services.problems().of(error, correlationId), about));
    }

    private void answer(String frame) {
        if (!outbound.answer(frame)) {
            close(CloseCode.RATE);
        }
    }

    private void close(CloseCode code) {
        outbound.close(code.code(), code.reason());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
