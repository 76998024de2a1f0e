package ai.netra.apex.backend.account;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys of the auth service. Fetched when first needed, again when old or when a token
 * names a key that is not among them (at most once in a few seconds), and kept for as long as auth
 * is away.
 *
 * <p>Thread-safe; one fetch at a time, for which others wait.
 */
final class SigningKeys {

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
    private static final Duration FRESH = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final HttpClient http;
    private final URI uri;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable JWKSet keys;
    private volatile long fetchedAt;
    private volatile long triedAt = System.nanoTime() - PAUSE.toNanos() - 1;

    SigningKeys(HttpClient http, URI authUrl) {
        this.http = http;
        this.uri = authUrl.resolve("/oauth2/jwks");
    }

    /**
     * The key called {@code keyId}.
     *
     * @return null when auth has no such key
     * @throws IOException when no keys were ever had and auth cannot be reached
     */
    @Nullable JWK find(String keyId) throws IOException {
        long seen = fetchedAt;
        JWKSet known = keys;
        JWK key = known == null ? null : known.getKeyByKeyId(keyId);
        boolean old = System.nanoTime() - seen > FRESH.toNanos();
        if (key != null && !old) {
            return key;
        }
        IOException failure = fetch(seen, known != null);
        known = keys;
        if (known == null) {
            throw failure == null ? new IOException("no keys yet") : failure;
        }
        return known.getKeyByKeyId(keyId);
    }

    private @Nullable IOException fetch(long seen, boolean haveSome) {
        fetching.lock();
        try {
            boolean tooSoon = System.nanoTime() - triedAt < PAUSE.toNanos();
            if (fetchedAt != seen || (haveSome && tooSoon)) {
                return null;
            }
            triedAt = System.nanoTime();
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("auth answered " + response.statusCode() + " to " + uri);
            }
            keys = JWKSet.parse(response.body());
            fetchedAt = System.nanoTime();
            return null;
        } catch (IOException e) {
            log.warn("signing keys could not be fetched: {}", e.toString());
            return e;
        } catch (ParseException e) {
            log.warn("auth's signing keys cannot be read: {}", e.getMessage());
            return new IOException("auth's signing keys cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new IOException("interrupted", e);
        } finally {
            fetching.unlock();
        }
    }
}
