package ai.netra.apex.auth.request;

import ai.netra.apex.contracts.ErrorCode;
import ai.netra.apex.servicekit.http.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other origins from acting with a person's cookie (CSRF), without tokens: browsers
 * say in {@code Sec-Fetch-Site} and {@code Origin} where a request comes from, and scripts cannot
 * change either. The order of questions is that of Go's {@code http.CrossOriginProtection}. A
 * request with neither header comes from no browser, and so with nobody's cookie. Thread-safe.
 */
public final class OriginCheck {

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final URI own;
    private final List<String> allowed;

    public OriginCheck(RequestConfig config) {
        this.own = config.issuer();
        this.allowed = config.allowedOrigins();
    }

    /**
     * Lets {@code request} pass, or not.
     *
     * @throws ApiException with {@link ErrorCode#ORIGIN_REFUSED}
     */
    public void verify(HttpServletRequest request) {
        if (SAFE_METHODS.contains(request.getMethod())) {
            return;
        }
        String origin = request.getHeader("Origin");
        if (origin != null && allowed.contains(origin)) {
            return;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        boolean own = site == null ? fromHere(origin, request) : sameOrigin(site);
        if (!own) {
            throw new ApiException(
                    ErrorCode.ORIGIN_REFUSED,
                    "A page of another origin may not do this. Open the platform's own address.");
        }
    }

    private static boolean sameOrigin(String site) {
        return site.equals("same-origin") || site.equals("none");
    }

    private boolean fromHere(@Nullable String origin, HttpServletRequest request) {
        if (origin == null) {
            return true;
        }
        URI uri = parse(origin);
        if (uri == null || uri.getAuthority() == null) {
            return false;
        }
        String authority = uri.getAuthority().toLowerCase(Locale.ROOT);
        String host = request.getHeader("Host");
        return authority.equals(own.getAuthority().toLowerCase(Locale.ROOT))
                || (host != null && authority.equals(host.toLowerCase(Locale.ROOT)));
    }

    private static @Nullable URI parse(String origin) {
        try {
            return URI.create(origin);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
