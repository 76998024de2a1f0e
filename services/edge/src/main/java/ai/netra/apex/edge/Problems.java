package ai.netra.apex.edge;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.contracts.Problem;
import ai.netra.apex.edge.EdgeConfig.Timeouts;
import io.undertow.server.DefaultResponseListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.undertow.util.WorkerUtils;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;

/**
 * Refusals of the edge itself: problem documents, a page where a browser asked for one, or what
 * OpenAI's clients read where one of them asked. {@link #explain} puts one in the place of every
 * bare status that the proxy ends a request with.
 */
final class Problems {
    private static final long RETRY_SECONDS = 2;

    private final Timeouts timeouts;
    private final EdgeMetrics metrics;

    Problems(Timeouts timeouts, EdgeMetrics metrics) {
        this.timeouts = timeouts;
        this.metrics = metrics;
    }

    /** Answers with the problem of {@code code} and its own status. */
    void send(HttpServerExchange exchange, ErrorCode code, String detail) {
        send(exchange, problem(exchange, code, detail));
    }

    /** Answers with the problem of {@code code}, to be tried again after a while. */
    void sendForLater(HttpServerExchange exchange, ErrorCode code, String detail, long seconds) {
        send(exchange, problem(exchange, code, detail).retryAfter(seconds));
    }

    /**
     * Answers with {@code problem} and ends the exchange. When the request's body was not read, the
     * connection is closed after it; for a short while what still comes is read and thrown away,
     * because closing at once would make the client's system drop our answer.
     */
    void send(HttpServerExchange exchange, Problem problem) {
        metrics.refused(problem.code());
        if (exchange.isComplete() || !exchange.getConnection().isOpen()) {
            // What was wrong with the request has ended it: nobody is left to tell.
            IoUtils.safeClose(exchange.getConnection());
            return;
        }
        if (!exchange.isRequestComplete()) {
            exchange.setPersistent(false);
            closeAfterLinger(exchange);
        }
        exchange.setStatusCode(problem.status());
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(Headers.CACHE_CONTROL, "no-store");
        Integer retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            headers.put(Headers.RETRY_AFTER, retryAfter);
        }
        boolean page = wantsPage(exchange);
        if (page) {
            headers.put(Headers.CONTENT_TYPE, "text/html; charset=utf-8");
            headers.put(SecurityHeaders.CSP, ErrorPage.CSP);
            exchange.getResponseSender().send(ErrorPage.of(problem));
        } else if (Route.isForPrograms(exchange.getRequestURI())) {
            headers.put(Headers.CONTENT_TYPE, "application/json");
            exchange.getResponseSender().send(ProblemJson.forPrograms(problem));
        } else {
            headers.put(Headers.CONTENT_TYPE, Problem.MEDIA_TYPE);
            exchange.getResponseSender().send(ProblemJson.of(problem));
        }
    }

    private static Problem problem(HttpServerExchange exchange, ErrorCode code, String detail) {
        return Problem.of(code, detail, RequestState.of(exchange).correlationId);
    }

    private void closeAfterLinger(HttpServerExchange exchange) {
        XnioExecutor.Key timer =
                WorkerUtils.executeAfter(
                        exchange.getIoThread(),
                        () -> IoUtils.safeClose(exchange.getConnection()),
                        timeouts.linger().toMillis(),
                        TimeUnit.MILLISECONDS);
        exchange.addExchangeCompleteListener(
                (done, next) -> {
                    timer.remove();
                    next.proceed();
                });
    }

    private static boolean wantsPage(HttpServerExchange exchange) {
        String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
        return RequestState.of(exchange).route == Route.FRONTEND
                && exchange.getRequestMethod().equals(Methods.GET)
                && accept != null
                && accept.contains("text/html");
    }

    /** Explains what a request ended with when nobody wrote an answer. */
    DefaultResponseListener explain() {
        return exchange -> {
            if (exchange.getStatusCode() < 400 || exchange.isResponseStarted()) {
                return false;
            }
            if (!exchange.isResponseChannelAvailable()) {
                // A replica's answer had begun and cannot be finished: a cut connection says so.
                IoUtils.safeClose(exchange.getConnection());
                return true;
            }
            explain(exchange);
            return true;
        };
    }

    private void explain(HttpServerExchange exchange) {
        RequestState state = RequestState.of(exchange);
        String service = state.route.service();
        boolean late = state.elapsed().compareTo(timeouts.request()) >= 0;
        if (exchange.getStatusCode() == StatusCodes.GATEWAY_TIME_OUT || late) {
            sendForLater(
                    exchange,
                    ErrorCode.TIMEOUT,
                    "The "
                            + service
                            + " did not answer within "
                            + timeouts.request().toSeconds()
                            + " seconds. It may still be at work: look before you send it again.",
                    RETRY_SECONDS);
        } else if (exchange.getStatusCode() < 500) {
            send(exchange, ErrorCode.MALFORMED_REQUEST, "The request could not be read.");
        } else if (state.upstream() != null) {
            sendForLater(
                    exchange,
                    ErrorCode.BAD_GATEWAY,
                    "The connection to the "
                            + service
                            + " broke before it had answered. Whether the request was carried out"
                            + " is not known: look, or send it again with the same client id.",
                    RETRY_SECONDS);
        } else if (state.wasFull()) {
            sendForLater(
                    exchange,
                    ErrorCode.OVERLOADED,
                    "The " + service + " has as many requests as it can take. Try again shortly.",
                    RETRY_SECONDS);
        } else {
            sendForLater(
                    exchange,
                    ErrorCode.UNAVAILABLE,
                    "The " + service + " cannot be reached right now. Nothing was done; try again.",
                    RETRY_SECONDS);
        }
    }
}
