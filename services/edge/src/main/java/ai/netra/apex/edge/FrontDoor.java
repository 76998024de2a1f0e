package ai.netra.apex.edge;

import ai.netra.apex.contracts.Correlation;
import ai.netra.apex.contracts.ErrorCode;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every request passes first: it gets its correlation id and is judged, its sender is made
 * out, and it is sent on its route. Thread-safe.
 */
final class FrontDoor implements HttpHandler {
    private static final HttpString TRACEPARENT = new HttpString(Correlation.TRACEPARENT);

    private final RequestRules rules;
    private final ForwardedHeaders forwarded;
    private final SecurityHeaders securityHeaders;
    private final Problems problems;
    private final Ledger ledger;
    private final Duration writeLimit;
    private final @Nullable HttpsRedirect redirect;
    private final Map<Route, HttpHandler> routes;

    FrontDoor(
            RequestRules rules,
            ForwardedHeaders forwarded,
            SecurityHeaders securityHeaders,
            Problems problems,
            Ledger ledger,
            Duration writeLimit,
            @Nullable HttpsRedirect redirect,
            Map<Route, HttpHandler> routes) {
        this.rules = rules;
        this.forwarded = forwarded;
        this.securityHeaders = securityHeaders;
        this.problems = problems;
        this.ledger = ledger;
        this.writeLimit = writeLimit;
        this.redirect = redirect;
        this.routes = Map.copyOf(routes);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderMap headers = exchange.getRequestHeaders();
        TraceContext trace = TraceContext.of(headers.getFirst(TRACEPARENT));
        Route route = Route.of(exchange.getRequestURI());
        RequestState.begin(exchange, trace.traceId(), route);
        StallGuard.guard(exchange, writeLimit);
        exchange.addResponseCommitListener(securityHeaders);
        exchange.addDefaultResponseListener(problems.explain());

        Optional<RequestRules.Refusal> refusal = rules.check(exchange);
        if (refusal.isPresent()) {
            refuse(exchange, refusal.get());
            return;
        }
        if (RequestRules.isLastOfConnection(headers)) {
            exchange.setPersistent(false);
        }
        forwarded.apply(exchange);
        ledger.open(exchange);
        RequestRules.removeHopByHop(
                headers, route == Route.WEBSOCKET && headers.contains(Headers.UPGRADE));
        headers.put(TRACEPARENT, trace.header());
        headers.put(SecurityHeaders.CORRELATION, trace.traceId());
        if (redirect != null && redirect.applies(exchange, route)) {
            redirect.send(exchange);
        } else {
            Objects.requireNonNull(routes.get(route)).handleRequest(exchange);
        }
    }

    private void refuse(HttpServerExchange exchange, RequestRules.Refusal refusal) {
        // Whatever follows on this connection may be part of what we did not want to read.
        exchange.setPersistent(false);
        if (refusal.code() == ErrorCode.METHOD_NOT_ALLOWED) {
            exchange.getResponseHeaders()
                    .put(Headers.ALLOW, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        problems.send(exchange, refusal.code(), refusal.detail());
        ledger.refused(exchange);
    }
}
