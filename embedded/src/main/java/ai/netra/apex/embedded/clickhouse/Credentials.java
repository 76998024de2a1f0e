package ai.netra.apex.embedded.clickhouse;

import ai.netra.apex.settings.AppConfig;
import ai.netra.apex.settings.Secret;
import ai.netra.apex.settings.UnifiedConfigManager;
import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one user the engine knows, by any of the ways ClickHouse's clients send credentials. While a
 * password is rotated, the one before is good too. Thread-safe.
 */
final class Credentials {

    private final UnifiedConfigManager settings;

    Credentials(UnifiedConfigManager settings) {
        this.settings = settings;
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
        // All are compared, in a time that does not tell how far they agree.
        AppConfig config = settings.current();
        boolean sameUser =
                MessageDigest.isEqual(
                        bytes(config.get(ClickHouseSettings.USER)),
                        bytes(givenUser == null ? "default" : givenUser));
        byte[] given = bytes(givenPassword);
        boolean samePassword = same(config.find(ClickHouseSettings.PASSWORD), given);
        boolean sameAsBefore = same(config.find(ClickHouseSettings.PASSWORD_PREVIOUS), given);
        return sameUser && (samePassword || sameAsBefore);
    }

    private static boolean same(Optional<Secret> expected, byte[] given) {
        return MessageDigest.isEqual(bytes(expected.map(Secret::reveal).orElse(null)), given)
                && expected.isPresent();
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
