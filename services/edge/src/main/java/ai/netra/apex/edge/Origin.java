package ai.netra.apex.edge;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * A web origin (RFC 6454): scheme, host and port, with the scheme's own port filled in, so that two
 * spellings of one origin are equal.
 */
record Origin(String scheme, String host, int port) {

    /**
     * Reads {@code https://chat.example.com}.
     *
     * @throws IllegalArgumentException if it is not an origin of HTTP or HTTPS
     */
    static Origin parse(String text) {
        return of(text).orElseThrow(() -> new IllegalArgumentException("not an origin: " + text));
    }

    /** Reads an origin as a browser sends it; empty for {@code null} and everything else. */
    static Optional<Origin> of(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (uri.getScheme() == null
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || (uri.getRawPath() != null && !uri.getRawPath().isEmpty())
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            return Optional.empty();
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int standard =
                switch (scheme) {
                    case "http" -> 80;
                    case "https" -> 443;
                    default -> -1;
                };
        if (standard < 0) {
            return Optional.empty();
        }
        int port = uri.getPort() < 0 ? standard : uri.getPort();
        return Optional.of(new Origin(scheme, uri.getHost().toLowerCase(Locale.ROOT), port));
    }
}
