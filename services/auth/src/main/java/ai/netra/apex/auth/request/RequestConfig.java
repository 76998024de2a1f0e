package ai.netra.apex.auth.request;

import java.net.URI;
import java.util.List;
import java.util.Set;

/**
 * How requests are read.
 *
 * @param issuer the public address of the platform; https makes cookies secure ones
 * @param trustedProxies addresses whose {@code X-Forwarded-For} is believed
 * @param allowedOrigins origins besides the own one whose pages may change things here
 */
public record RequestConfig(URI issuer, Set<String> trustedProxies, List<String> allowedOrigins) {

    public RequestConfig {
        trustedProxies = Set.copyOf(trustedProxies);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** Whether people reach the platform over TLS. */
    public boolean secure() {
        return "https".equalsIgnoreCase(issuer.getScheme());
    }
}
