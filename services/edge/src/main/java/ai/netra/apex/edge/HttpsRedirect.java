package ai.netra.apex.edge;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.function.IntSupplier;

/** Sends clients of plain HTTP to HTTPS; health is answered on both. Thread-safe. */
final class HttpsRedirect {
    private final IntSupplier tlsPort;

    HttpsRedirect(IntSupplier tlsPort) {
        this.tlsPort = tlsPort;
    }

    boolean applies(HttpServerExchange exchange, Route route) {
        return route != Route.OWN && exchange.getRequestScheme().equals("http");
    }

    void send(HttpServerExchange exchange) {
        int port = tlsPort.getAsInt();
        String query = exchange.getQueryString();
        String location =
                "https://"
                        + exchange.getHostName()
                        + (port == 443 ? "" : ":" + port)
                        + exchange.getRequestURI()
                        + (query.isEmpty() ? "" : "?" + query);
        exchange.setStatusCode(StatusCodes.PERMANENT_REDIRECT);
        exchange.getResponseHeaders().put(Headers.LOCATION, location);
        exchange.endExchange();
    }
}
