package ai.netra.apex.auth.request;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;

/**
 * The cookie that carries the refresh token: unreadable for scripts, sent to this origin alone, and
 * under TLS bound to this very host by its {@code __Host-} prefix (which demands the path {@code
 * /}). Thread-safe.
 */
public final class RefreshCookie {

    private static final String PLAIN_NAME = "apex_refresh";

    private final boolean secure;
    private final String name;

    public RefreshCookie(RequestConfig config) {
        this.secure = config.secure();
        this.name = secure ? "__Host-" + PLAIN_NAME : PLAIN_NAME;
    }

    /** The token that came with {@code request}. */
    public Optional<String> read(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(name) && !cookie.getValue().isEmpty()) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** Hands the client {@code token} for {@code life}. */
    public void write(HttpServletResponse response, String token, Duration life) {
        response.addHeader(HttpHeaders.SET_COOKIE, cookie(token, life).toString());
    }

    /** Makes the client forget its token. */
    public void clear(HttpServletResponse response) {
        response.addHeader(HttpHeaders.SET_COOKIE, cookie("", Duration.ZERO).toString());
    }

    private ResponseCookie cookie(String value, Duration life) {
        return ResponseCookie.from(name, value)
                .path(secure ? "/" : "/auth")
                .secure(secure)
                .httpOnly(true)
                .sameSite("Strict")
                .maxAge(life)
                .build();
    }
}
