package ai.netra.apex.edge;

import io.undertow.client.ClientConnection;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the edge knows of one request while it is under way. Used by the request's IO thread only,
 * except for what the constructor sets.
 */
final class RequestState {
    private static final AttachmentKey<RequestState> KEY = AttachmentKey.create(RequestState.class);

    final String correlationId;
    final Route route;
    private final long startNanos = System.nanoTime();
    private final List<Replica> tried = new ArrayList<>(2);
    private @Nullable Replica replica;
    private @Nullable ClientConnection upstream;
    private boolean full;

    private RequestState(String correlationId, Route route) {
        this.correlationId = correlationId;
        this.route = route;
    }

    static RequestState begin(HttpServerExchange exchange, String correlationId, Route route) {
        var state = new RequestState(correlationId, route);
        exchange.putAttachment(KEY, state);
        return state;
    }

    static RequestState of(HttpServerExchange exchange) {
        return Objects.requireNonNull(exchange.getAttachment(KEY));
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** The request goes to {@code next}; it is counted there until {@link #leave()}. */
    void enter(Replica next) {
        leave();
        replica = next;
        tried.add(next);
        upstream = null;
        next.enter();
    }

    /** The replica it went to last is done with it. */
    void leave() {
        if (replica != null) {
            replica.leave();
            replica = null;
        }
    }

    boolean hasTried(Replica candidate) {
        return tried.contains(candidate);
    }

    int tries() {
        return tried.size();
    }

    /** The replica that was given it last; null before there was one. */
    @Nullable Replica lastTried() {
        return tried.isEmpty() ? null : tried.getLast();
    }

    void connected(ClientConnection connection) {
        upstream = connection;
    }

    /** The connection to the replica; null unless the request may have reached one. */
    @Nullable ClientConnection upstream() {
        return upstream;
    }

    void foundFull() {
        full = true;
    }

    boolean wasFull() {
        return full;
    }
}
