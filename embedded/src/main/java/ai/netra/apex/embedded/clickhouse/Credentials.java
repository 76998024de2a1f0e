package ai.netra.apex.embedded.clickhouse;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The one user the engine knows, by any of the ways ClickHouse's clients send credentials. */
final class Credentials {

    private final byte[] user;
    private final byte[] password;

    Credentials(String user, String password) {
        this.user = user.getBytes(StandardCharsets.UTF_8);
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    boolean accept(Headers headers, Parameters parameters) {
        String givenUser = first(headers.getFirst("X-ClickHouse-User"), parameters.get("user"));
        String givenPassword =
                first(headers.getFirst("X-ClickHouse-Key"), parameters.get("password"));
        String authorization = headers.getFirst("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            String[] pair = decode(authorization.substring(6));
            if (pair.length != 2) {
                return false;
            }
            givenUser = pair[0];
            givenPassword = pair[1];
        }
        // Both are compared, in a time that does not tell how far they agree.
        boolean sameUser =
                MessageDigest.isEqual(user, bytes(givenUser == null ? "default" : givenUser));
        boolean samePassword = MessageDigest.isEqual(password, bytes(givenPassword));
        return sameUser && samePassword;
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return one != null ? one : other;
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String[] decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64.strip()), StandardCharsets.UTF_8)
                    .split(":", 2);
        } catch (IllegalArgumentException e) {
            return new String[0];
        }
    }
}
