package ai.netra.apex.auth.token;

import java.net.URI;
import java.time.Duration;

/**
 * How tokens are made.
 *
 * @param issuer the {@code iss} of every token
 * @param accessLife how long a person's access token holds
 * @param serviceLife how long a service's token holds
 * @param keys the keys at the start; {@link SigningKeys} holds those in force
 */
public record TokenConfig(URI issuer, Duration accessLife, Duration serviceLife, TokenKeys keys) {

    /** How long a token holds at most. */
    public Duration longestLife() {
        return accessLife.compareTo(serviceLife) > 0 ? accessLife : serviceLife;
    }
}
