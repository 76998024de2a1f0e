package ai.netra.apex.edge;

import io.undertow.client.ClientConnection;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.StatusCodes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.xnio.IoUtils;

/**
 * Keeps book of what is under way: requests until they are answered, WebSockets until they are
 * closed. So a stop knows what to wait for, a replica's load is known, and each request is counted
 * and told once. Thread-safe.
 */
final class Ledger {
    private static final Logger log = Logger.getLogger("ai.netra.apex.edge.access");

    private final EdgeMetrics metrics;
    private volatile boolean accessLog;
    private final Set<ServerConnection> webSockets = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    Ledger(EdgeMetrics metrics, boolean accessLog) {
        this.metrics = metrics;
        this.accessLog = accessLog;
    }

    /** Whether requests that end from now on are told. */
    void tellEach(boolean yes) {
        accessLog = yes;
    }

    /** From now on connections are closed after their request. */
    void drain() {
        draining = true;
    }

    boolean draining() {
        return draining;
    }

    int activeRequests() {
        return metrics.activeRequests().get();
    }

    int openWebSockets() {
        return webSockets.size();
    }

    /** Follows {@code exchange} to its end. */
    void open(HttpServerExchange exchange) {
        metrics.activeRequests().incrementAndGet();
        if (draining) {
            exchange.setPersistent(false);
        }
        exchange.addExchangeCompleteListener(
                (done, next) -> {
                    metrics.activeRequests().decrementAndGet();
                    close(done);
                    next.proceed();
                });
    }

    /** Books a request that was turned away at the door. */
    void refused(HttpServerExchange exchange) {
        RequestState state = RequestState.of(exchange);
        metrics.served(state.route, exchange.getStatusCode(), state.elapsed());
        tell(exchange, state);
    }

    private void close(HttpServerExchange exchange) {
        RequestState state = RequestState.of(exchange);
        metrics.served(state.route, exchange.getStatusCode(), state.elapsed());
        tell(exchange, state);
        ClientConnection upstream = state.upstream();
        if (exchange.getStatusCode() == StatusCodes.SWITCHING_PROTOCOLS && upstream != null) {
            hold(exchange.getConnection(), upstream, state);
        } else {
            state.leave();
        }
    }

    private void hold(ServerConnection client, ClientConnection upstream, RequestState state) {
        webSockets.add(client);
        metrics.openWebSockets().incrementAndGet();
        client.addCloseListener(
                closed -> {
                    if (webSockets.remove(client)) {
                        metrics.openWebSockets().decrementAndGet();
                        state.leave();
                        IoUtils.safeClose(upstream);
                    }
                });
    }

    /** Cuts every WebSocket: their clients connect again, elsewhere, and miss nothing. */
    void cutWebSockets() {
        for (ServerConnection socket : webSockets) {
            socket.getIoThread().execute(() -> IoUtils.safeClose(socket));
        }
    }

    private void tell(HttpServerExchange exchange, RequestState state) {
        if (!accessLog || state.route == Route.OWN) {
            return;
        }
        Replica replica = state.lastTried();
        // Never the query: it may hold what is secret.
        log.log(
                Level.INFO,
                "{0} {1} {2} {3} ms, {4}, {5}, tries {6}, correlation {7}",
                new Object[] {
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    Integer.toString(exchange.getStatusCode()),
                    Long.toString(state.elapsed().toMillis()),
                    replica == null ? state.route.service() : replica.name(),
                    exchange.getSourceAddress().getHostString(),
                    Integer.toString(state.tries()),
                    state.correlationId
                });
    }
}
