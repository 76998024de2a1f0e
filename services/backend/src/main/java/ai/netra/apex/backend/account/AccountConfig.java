package ai.netra.apex.backend.account;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How access tokens are checked.
 *
 * @param issuer the {@code iss} a token must have
 * @param authUrl where the auth service is reached from here, without a path
 * @param clientId this service's name at the auth service
 * @param clientKey its private key, P-256 in PEM (PKCS#8); null: auth is not asked about sessions
 *     and revocations are not followed
 * @param maxCachedTokens verified tokens that are remembered
 * @param revocationPoll how often revocations are asked for
 */
public record AccountConfig(
        String issuer,
        URI authUrl,
        String clientId,
        @Nullable ServiceKey clientKey,
        int maxCachedTokens,
        Duration revocationPoll) {

    private static final int P_256 = 256;

    /** Whether {@code pem} is a private key that this service can sign with. */
    public static boolean isKey(String pem) {
        try {
            return AuthClient.privateKey(pem).getParams().getCurve().getField().getFieldSize()
                    == P_256;
        } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
            return false;
        }
    }

    /** Gives the private key when it is needed; never printed. */
    @FunctionalInterface
    public interface ServiceKey {
        String pem();
    }
}
