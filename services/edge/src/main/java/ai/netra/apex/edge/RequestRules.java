package ai.netra.apex.edge;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.edge.EdgeConfig.Limits;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request must be like before anything else is done with it. Strict where two readers of the
 * same bytes could disagree about where a request ends or whom it is for (request smuggling, RFC
 * 9112 section 11.2): then it is refused, never repaired. Thread-safe.
 */
final class RequestRules {
    /** Why a request is refused. */
    record Refusal(ErrorCode code, String detail) {}

    private static final Set<HttpString> METHODS =
            Set.of(
                    Methods.GET,
                    Methods.HEAD,
                    Methods.POST,
                    Methods.PUT,
                    Methods.PATCH,
                    Methods.DELETE,
                    Methods.OPTIONS);
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");
    // A path that some reader would shorten, or split elsewhere than we do.
    private static final Pattern AMBIGUOUS_PATH =
            Pattern.compile(
                    "(?i)(^|/|%2f)(\\.|%2e){1,2}(/|%2f|;|$)|\\\\|%5c|%00|[\\x00-\\x20\\x7f]|%2f");
    private static final List<HttpString> HOP_BY_HOP =
            List.of(
                    new HttpString("Keep-Alive"),
                    new HttpString("Proxy-Connection"),
                    new HttpString("Proxy-Authorization"),
                    new HttpString("Proxy-Authenticate"),
                    new HttpString("HTTP2-Settings"),
                    Headers.TE,
                    Headers.TRAILER);

    private final Limits limits;

    RequestRules(Limits limits) {
        this.limits = limits;
    }

    /** The reason to refuse {@code exchange}, or nothing. */
    Optional<Refusal> check(HttpServerExchange exchange) {
        if (!METHODS.contains(exchange.getRequestMethod())) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.METHOD_NOT_ALLOWED, "This method is not supported here."));
        }
        return checkSize(exchange).or(() -> checkFraming(exchange)).or(() -> checkTarget(exchange));
    }

    private Optional<Refusal> checkSize(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        long size = (long) exchange.getRequestURI().length() + exchange.getQueryString().length();
        int count = 0;
        for (HeaderValues values : headers) {
            for (String value : values) {
                count++;
                size += values.getHeaderName().length() + value.length() + 4L;
            }
        }
        if (size > limits.headerBytes() || count > limits.headers()) {
            return Optional.of(
                    new Refusal(
                            ErrorCode.HEADERS_TOO_LARGE,
                            "The headers may have "
                                    + limits.headerBytes()
                                    + " bytes and be "
                                    + limits.headers()
                                    + ". Clearing this site's cookies may help."));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> checkFraming(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getRequestHeaders();
        HeaderValues lengths = headers.get(Headers.CONTENT_LENGTH);
        HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
        if (lengths != null && codings != null) {
            return malformed("A request has a Content-Length or a Transfer-Encoding, not both.");
        }
        if (lengths != null
                && (lengths.size() > 1 || !LENGTH.matcher(lengths.getFirst()).matches())) {
            return malformed("The Content-Length is not one whole number.");
        }
        if (codings != null
                && (codings.size() > 1
                        || !codings.getFirst().equalsIgnoreCase("chunked")
                        || exchange.isHttp10())) {
            return malformed("The only Transfer-Encoding taken is chunked, in HTTP/1.1.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> checkTarget(HttpServerExchange exchange) {
        HeaderValues hosts = exchange.getRequestHeaders().get(Headers.HOST);
        if (hosts != null && hosts.size() > 1) {
            return malformed("A request has one Host.");
        }
        if (hosts == null && exchange.isHttp11()) {
            return malformed("A request has a Host.");
        }
        if (exchange.isHostIncludedInRequestURI()
                || !exchange.getRequestURI().startsWith("/")
                || AMBIGUOUS_PATH.matcher(exchange.getRequestURI()).find()) {
            return malformed("The path is not one that everybody reads in the same way.");
        }
        return Optional.empty();
    }

    /**
     * Whether the connection has to be closed after this request: because the client says so, in a
     * list too, or because its body came in chunks, where readers are lenient in different ways.
     */
    static boolean isLastOfConnection(HeaderMap headers) {
        HeaderValues tokens = headers.get(Headers.CONNECTION);
        return headers.contains(Headers.TRANSFER_ENCODING)
                || (tokens != null
                        && Arrays.stream(String.join(",", tokens).split(",", -1))
                                .anyMatch(token -> token.strip().equalsIgnoreCase("close")));
    }

    private static Optional<Refusal> malformed(String detail) {
        return Optional.of(new Refusal(ErrorCode.MALFORMED_REQUEST, detail));
    }

    /**
     * Takes out headers that are for the next machine only, and those that {@code Connection}
     * names; what asks for a WebSocket stays where {@code webSocket} says it may.
     */
    static void removeHopByHop(HeaderMap headers, boolean webSocket) {
        Set<HttpString> gone = new HashSet<>(HOP_BY_HOP);
        HeaderValues named = headers.get(Headers.CONNECTION);
        if (named != null) {
            for (String token : String.join(",", named).split(",", -1)) {
                HttpString name = HttpString.tryFromString(token.strip());
                if (name != null && !isEssential(name)) {
                    gone.add(name);
                }
            }
        }
        gone.forEach(headers::remove);
        headers.remove(Headers.CONNECTION);
        if (webSocket) {
            headers.put(Headers.CONNECTION, "Upgrade");
        } else {
            headers.remove(Headers.UPGRADE);
        }
    }

    // Naming these in Connection would make the next reader see another request than we judged.
    private static boolean isEssential(HttpString name) {
        String lower = name.toString().toLowerCase(Locale.ROOT);
        return lower.isEmpty()
                || lower.equals("host")
                || lower.equals("content-length")
                || lower.equals("transfer-encoding")
                || lower.equals("origin")
                || lower.equals("upgrade");
    }
}
