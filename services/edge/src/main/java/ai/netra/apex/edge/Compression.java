package ai.netra.apex.edge;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.encoding.ContentEncodingRepository;
import io.undertow.server.handlers.encoding.EncodingHandler;
import io.undertow.server.handlers.encoding.GzipEncodingProvider;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.util.Locale;
import java.util.Set;

/**
 * Compresses answers that gain by it. Left alone: streams, which compression would hold back; what
 * is small, compressed already, partial, or signed by a strong entity tag; and everything of auth,
 * so that a length never tells about a token (BREACH).
 */
final class Compression {
    private static final int WORTH_IT = 1_024;
    private static final int PREFERENCE = 50;

    private static final Set<String> TYPES =
            Set.of(
                    "application/json",
                    "application/problem+json",
                    "application/javascript",
                    "application/manifest+json",
                    "image/svg+xml",
                    "text/css",
                    "text/html",
                    "text/javascript",
                    "text/markdown",
                    "text/plain");

    private Compression() {}

    static HttpHandler around(HttpHandler next) {
        return new EncodingHandler(
                next,
                new ContentEncodingRepository()
                        .addEncodingHandler(
                                "gzip",
                                new GzipEncodingProvider(),
                                PREFERENCE,
                                Compression::mayCompress));
    }

    /** Whether this answer may differ by what encodings a client accepts. */
    static boolean varies(HttpServerExchange exchange) {
        String type = exchange.getResponseHeaders().getFirst(Headers.CONTENT_TYPE);
        return RequestState.of(exchange).route != Route.AUTH
                && type != null
                && TYPES.contains(mediaType(type));
    }

    /** Whether this answer is compressed for a client that accepts it. */
    static boolean mayCompress(HttpServerExchange exchange) {
        HeaderMap headers = exchange.getResponseHeaders();
        String type = headers.getFirst(Headers.CONTENT_TYPE);
        String cache = headers.getFirst(Headers.CACHE_CONTROL);
        String tag = headers.getFirst(Headers.ETAG);
        long length = exchange.getResponseContentLength();
        return varies(exchange)
                && type != null
                && exchange.getStatusCode() != StatusCodes.PARTIAL_CONTENT
                && (length < 0 ? !type.startsWith("text/") : length >= WORTH_IT)
                && (cache == null || !cache.contains("no-transform"))
                && (tag == null || tag.startsWith("W/"));
    }

    private static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return (end < 0 ? contentType : contentType.substring(0, end))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
