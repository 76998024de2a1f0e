package ai.netra.apex.edge;

import ai.netra.apex.contracts.ErrorCode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.Set;

/**
 * Lets a WebSocket in when its page is ours. Browsers let every page open a WebSocket to anywhere
 * and only tell whose page it is in {@code Origin}; who is no browser sends none, and proves itself
 * with a token like everybody else. Thread-safe.
 */
final class SocketHandler implements HttpHandler {
    private static final long RETRY_SECONDS = 5;

    private final HttpHandler next;
    private final Set<Origin> alsoAllowed;
    private final int limit;
    private final Ledger ledger;
    private final Problems problems;

    SocketHandler(
            HttpHandler next,
            Set<Origin> alsoAllowed,
            int limit,
            Ledger ledger,
            Problems problems) {
        this.next = next;
        this.alsoAllowed = Set.copyOf(alsoAllowed);
        this.limit = limit;
        this.ledger = ledger;
        this.problems = problems;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!mayConnect(exchange)) {
            problems.send(
                    exchange,
                    ErrorCode.ORIGIN_REFUSED,
                    "Pages of this origin may not connect. An operator can add it to"
                            + " EDGE_ALLOWED_ORIGINS.");
        } else if (ledger.draining()) {
            problems.sendForLater(
                    exchange,
                    ErrorCode.UNAVAILABLE,
                    "This entrance is about to close. Connect again.",
                    1);
        } else if (ledger.openWebSockets() >= limit) {
            problems.sendForLater(
                    exchange,
                    ErrorCode.OVERLOADED,
                    "There are as many live connections as this entrance can take.",
                    RETRY_SECONDS);
        } else {
            next.handleRequest(exchange);
        }
    }

    private boolean mayConnect(HttpServerExchange exchange) {
        HeaderValues origins = exchange.getRequestHeaders().get(Headers.ORIGIN);
        if (origins == null) {
            return true;
        }
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        return origins.size() == 1
                && Origin.of(origins.getFirst())
                        .filter(
                                origin ->
                                        alsoAllowed.contains(origin)
                                                || Origin.of(
                                                                exchange.getRequestScheme()
                                                                        + "://"
                                                                        + host)
                                                        .filter(origin::equals)
                                                        .isPresent())
                        .isPresent();
    }
}
