package ai.netra.apex.backend.socket;

import jakarta.websocket.Session;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.SubProtocolCapable;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/** The endpoint {@code /ws}: makes connections of sessions and looks after them. Thread-safe. */
final class SocketHandler implements WebSocketHandler, SubProtocolCapable, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SocketHandler.class);
    private static final String PROTOCOL = "apex.v1";
    private static final long TICK_MILLIS = 500;
    private static final long FAREWELL_NANOS = 3_000_000_000L;
    private static final long FAREWELL_LOOK_NANOS = 20_000_000L;

    /** A property of Tomcat: how long one blocking write may take, in milliseconds. */
    private static final String SEND_TIMEOUT = "org.apache.tomcat.websocket.BLOCKING_SEND_TIMEOUT";

    private final Services services;
    private final Clock clock;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final Thread ticker;

    SocketHandler(Services services, Clock clock) {
        this.services = services;
        this.clock = clock;
        this.ticker = Thread.ofVirtual().name("ws-ticker").start(this::tick);
    }

    @Override
    public List<String> getSubProtocols() {
        return List.of(PROTOCOL);
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        Session raw =
                Objects.requireNonNull(
                        ((NativeWebSocketSession) session).getNativeSession(Session.class));
        raw.getUserProperties().put(SEND_TIMEOUT, services.config().sendTimeout().toMillis());
        var connection = new Connection(raw, services);
        connections.put(session.getId(), connection);
        connection.start();
    }

    @Override
    public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
        Connection connection = connections.get(session.getId());
        if (connection == null) {
            return;
        }
        switch (message) {
            case TextMessage text -> connection.received(text.getPayload(), text.isLast());
            case PongMessage _ -> connection.pong();
            case BinaryMessage _ -> connection.malformed("binary frames are not used");
            default -> connection.pong();
        }
    }

    @Override
    public void handleTransportError(WebSocketSession session, Throwable error) {
        log.debug("a connection broke: {}", error.getMessage());
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        Connection connection = connections.remove(session.getId());
        if (connection != null) {
            connection.gone();
        }
    }

    @Override
    public boolean supportsPartialMessages() {
        // The container would else keep a buffer of the largest frame for every connection.
        return true;
    }

    int count() {
        return connections.size();
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(TICK_MILLIS);
                for (Connection connection : connections.values()) {
                    try {
                        connection.tick(clock.instant());
                    } catch (RuntimeException e) {
                        log.warn("a connection could not be looked after", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @EventListener(ContextClosedEvent.class)
    void onClose() {
        int code = CloseStatus.SERVICE_RESTARTED.getCode();
        connections.values().forEach(c -> c.close(code, "connect again"));
        // The server's stop comes next and would cut those that have not been told yet.
        long until = System.nanoTime() + FAREWELL_NANOS;
        while (!connections.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(FAREWELL_LOOK_NANOS);
        }
    }

    @Override
    public void close() {
        ticker.interrupt();
    }
}
