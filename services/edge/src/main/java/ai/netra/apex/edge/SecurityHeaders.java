package ai.netra.apex.edge;

import ai.netra.apex.contracts.Correlation;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ResponseCommitListener;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.Map;

/**
 * The headers of every answer. What a service says for itself stays; headers between two machines
 * only, and those that tell what software runs, are taken out.
 */
final class SecurityHeaders implements ResponseCommitListener {
    static final HttpString CSP = new HttpString("Content-Security-Policy");
    static final HttpString CORRELATION = new HttpString(Correlation.HEADER);

    private static final HttpString HSTS = new HttpString("Strict-Transport-Security");
    private static final HttpString KEEP_ALIVE = new HttpString("Keep-Alive");
    private static final HttpString POWERED_BY = new HttpString("X-Powered-By");

    private static final Map<HttpString, String> DEFAULTS =
            Map.of(
                    new HttpString("X-Content-Type-Options"), "nosniff",
                    new HttpString("X-Frame-Options"), "DENY",
                    new HttpString("Referrer-Policy"), "strict-origin-when-cross-origin",
                    new HttpString("Cross-Origin-Opener-Policy"), "same-origin",
                    new HttpString("Cross-Origin-Resource-Policy"), "same-origin",
                    new HttpString("Permissions-Policy"),
                            "camera=(), geolocation=(), microphone=(), payment=(), usb=()");

    /** For what is not a page: nothing may be loaded, should a browser ever render it. */
    private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    private static final String OWN_PAGES =
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self'"
                    + " 'unsafe-inline'; img-src 'self' data: blob: https:; font-src 'self' data:;"
                    + " connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self';"
                    + " frame-ancestors 'none'";

    private final long hstsSeconds;

    /** Zero sends no {@code Strict-Transport-Security}. */
    SecurityHeaders(Duration hsts) {
        this.hstsSeconds = hsts.toSeconds();
    }

    @Override
    public void beforeCommit(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        headers.put(CORRELATION, RequestState.of(exchange).correlationId);
        if (exchange.getStatusCode() == StatusCodes.SWITCHING_PROTOCOLS) {
            return;
        }
        headers.remove(Headers.CONNECTION);
        headers.remove(KEEP_ALIVE);
        headers.remove(Headers.TRANSFER_ENCODING);
        headers.remove(Headers.SERVER);
        headers.remove(POWERED_BY);
        DEFAULTS.forEach(
                (name, value) -> {
                    if (!headers.contains(name)) {
                        headers.put(name, value);
                    }
                });
        if (!headers.contains(CSP)) {
            String type = headers.getFirst(Headers.CONTENT_TYPE);
            headers.put(CSP, type != null && type.startsWith("text/html") ? OWN_PAGES : NOTHING);
        }
        if (hstsSeconds > 0 && exchange.getRequestScheme().equals("https")) {
            headers.put(HSTS, "max-age=" + hstsSeconds + "; includeSubDomains");
        }
        if (Compression.varies(exchange)) {
            headers.add(Headers.VARY, "Accept-Encoding");
        }
    }
}
