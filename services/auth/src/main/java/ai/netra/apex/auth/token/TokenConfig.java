package ai.netra.apex.auth.token;

import ai.netra.apex.settings.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * How tokens are made.
 *
 * @param issuer the {@code iss} of every token
 * @param accessLife how long a person's access token holds
 * @param serviceLife how long a service's token holds
 * @param signingKeys private keys in PEM (PKCS#8, P-256): the first signs, all verify and are
 *     published
 */
public record TokenConfig(
        URI issuer, Duration accessLife, Duration serviceLife, List<Secret> signingKeys) {

    public TokenConfig {
        signingKeys = List.copyOf(signingKeys);
    }
}
