package ai.netra.apex.backend.account;

import ai.netra.apex.contracts.TokenClaims;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks to the auth service as this service: with a token from client credentials, asked for with
 * a signed assertion ({@code private_key_jwt}) and renewed well before it ends.
 *
 * <p>Thread-safe; one token request at a time.
 */
final class AuthClient {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration ASSERTION_LIFE = Duration.ofMinutes(1);
    private static final double RENEW_AT = 0.7;

    private final HttpClient http;
    private final AccountConfig config;
    private final JsonMapper json;
    private final Clock clock;
    private final ReentrantLock renewing = new ReentrantLock();
    private volatile @Nullable ServiceToken token;

    private record ServiceToken(String value, Instant renewAt) {}

    AuthClient(HttpClient http, AccountConfig config, JsonMapper json, Clock clock) {
        this.http = http;
        this.config = config;
        this.json = json;
        this.clock = clock;
    }

    /** The body of a successful GET. */
    String get(String path) throws IOException, InterruptedException {
        return authorised(HttpRequest.newBuilder(config.authUrl().resolve(path)).GET());
    }

    /** The body of a successful POST of JSON. */
    String post(String path, String body) throws IOException, InterruptedException {
        return authorised(
                HttpRequest.newBuilder(config.authUrl().resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private String authorised(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpRequest ready =
                request.timeout(LIMIT)
                        .setHeader("Authorization", "Bearer " + serviceToken())
                        .build();
        HttpResponse<String> response = http.send(ready, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 401) {
            // Auth may have new keys: the next call asks for a new token.
            token = null;
        }
        if (response.statusCode() != 200) {
            throw new IOException(
                    "auth answered " + response.statusCode() + " to " + ready.uri().getPath());
        }
        return response.body();
    }

    private String serviceToken() throws IOException, InterruptedException {
        ServiceToken current = token;
        if (current != null && clock.instant().isBefore(current.renewAt())) {
            return current.value();
        }
        renewing.lockInterruptibly();
        try {
            current = token;
            if (current == null || !clock.instant().isBefore(current.renewAt())) {
                current = renew();
                token = current;
            }
            return current.value();
        } finally {
            renewing.unlock();
        }
    }

    private ServiceToken renew() throws IOException, InterruptedException {
        URI endpoint = config.authUrl().resolve("/oauth2/token");
        Map<String, String> form =
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        config.clientId(),
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        assertion());
        HttpRequest request =
                HttpRequest.newBuilder(endpoint)
                        .timeout(LIMIT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(encode(form)))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("auth refused a service token: " + response.statusCode());
        }
        JsonNode answer = json.readTree(response.body());
        long seconds = answer.path("expires_in").asLong(60);
        return new ServiceToken(
                answer.path("access_token").asString(""),
                clock.instant().plusMillis((long) (seconds * 1000 * RENEW_AT)));
    }

    private String assertion() throws IOException {
        AccountConfig.ServiceKey key = config.clientKey();
        if (key == null) {
            throw new IOException("this service has no key for auth");
        }
        try {
            Instant now = clock.instant();
            var jwt =
                    new SignedJWT(
                            new JWSHeader(JWSAlgorithm.ES256),
                            new JWTClaimsSet.Builder()
                                    .issuer(config.clientId())
                                    .subject(config.clientId())
                                    .audience(
                                            java.util.List.of(
                                                    config.issuer() + "/oauth2/token",
                                                    config.issuer(),
                                                    TokenClaims.AUDIENCE_AUTH))
                                    .jwtID(UUID.randomUUID().toString())
                                    .issueTime(Date.from(now))
                                    .expirationTime(Date.from(now.plus(ASSERTION_LIFE)))
                                    .build());
            jwt.sign(new ECDSASigner(privateKey(key.pem())));
            return jwt.serialize();
        } catch (GeneralSecurityException | IllegalArgumentException | JOSEException e) {
            throw new IOException("this service's key for auth cannot be used", e);
        }
    }

    static ECPrivateKey privateKey(String pem) throws GeneralSecurityException {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
        return (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(spec);
    }

    private static String encode(Map<String, String> form) {
        return form.entrySet().stream()
                .map(
                        e ->
                                e.getKey()
                                        + "="
                                        + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
