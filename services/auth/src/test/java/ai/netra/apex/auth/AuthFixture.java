package ai.netra.apex.auth;

import ai.netra.apex.embedded.EmbeddedPostgres;
import ai.netra.apex.servicekit.RunningService;
import ai.netra.apex.settings.ConfigSources;
import ai.netra.apex.settings.UnifiedConfigManager;
import ai.netra.apex.settings.reload.ConfigWatcher;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The auth service on a database of its own in a real PostgreSQL that the test JVM shares, with a
 * clock that can be moved.
 */
final class AuthFixture implements AutoCloseable {

    static final String ISSUER = "http://127.0.0.1:8080";
    static final String PASSWORD = "correct-horse-7-battery";

    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final AtomicInteger PEOPLE = new AtomicInteger();

    final MovableClock clock = new MovableClock();
    final ECKey backendKey = generate();
    final ECKey signingKey = generate();
    private final Map<String, String> settings = new HashMap<>();
    private final EmbeddedPostgres postgres;
    private @Nullable RunningService service;
    private @Nullable ConfigWatcher watcher;

    private AuthFixture(EmbeddedPostgres postgres, @Nullable Map<String, String> more) {
        this.postgres = postgres;
        String name = "auth_" + DATABASES.incrementAndGet();
        postgres.roles()
                .database(name, name + "_owner", "owner-4711-abcdef", name, "service-4711-abcdef");
        settings.put("APEX_TIER", "local");
        settings.put("AUTH_PORT", "0");
        settings.put("AUTH_MANAGEMENT_PORT", "0");
        settings.put("AUTH_ISSUER", ISSUER);
        settings.put("AUTH_DATABASE_HOSTS", "127.0.0.1:" + postgres.port());
        settings.put("AUTH_DATABASE_NAME", name);
        settings.put("AUTH_DATABASE_USER", name);
        settings.put("AUTH_DATABASE_OWNER", name + "_owner");
        settings.put("AUTH_DATABASE_PASSWORD", "service-4711-abcdef");
        settings.put("AUTH_DATABASE_OWNER_PASSWORD", "owner-4711-abcdef");
        settings.put("AUTH_SIGNING_KEY", pem("PRIVATE KEY", signingKey, true));
        settings.put("AUTH_BACKEND_PUBLIC_KEY", pem("PUBLIC KEY", backendKey, false));
        if (more != null) {
            settings.putAll(more);
            this.service = launch();
        }
    }

    /** The service with its defaults of tier local, and what {@code more} says otherwise. */
    static AuthFixture start(EmbeddedPostgres postgres, Map<String, String> more) {
        return new AuthFixture(postgres, more);
    }

    /** The same in the PostgreSQL that the tests of this JVM share; it ends with the JVM. */
    static AuthFixture start(Map<String, String> more) {
        return new AuthFixture(Shared.POSTGRES, more);
    }

    /** The same on a database that nothing has migrated yet, the service not running. */
    static AuthFixture startStopped(EmbeddedPostgres postgres) {
        return new AuthFixture(postgres, null);
    }

    /** The same, started on the file of settings that {@code more} names: it can be changed. */
    static AuthFixture startWatched(Map<String, String> more) {
        var auth = new AuthFixture(Shared.POSTGRES, null);
        auth.settings.putAll(more);
        // Reloads happen when a test asks, so that each is seen to come from that.
        auth.watcher = ConfigWatcher.start(auth.load(), Duration.ofHours(1));
        auth.service = AuthService.start(auth.watcher, auth.clock);
        return auth;
    }

    static AuthFixture start() {
        return start(Map.of());
    }

    private static final class Shared {
        static final EmbeddedPostgres POSTGRES = EmbeddedPostgres.startTemporary();
    }

    private RunningService launch() {
        return AuthService.start(AuthConfig.of(load()), clock);
    }

    private UnifiedConfigManager load() {
        return UnifiedConfigManager.load(
                AuthEnvironment.SETTINGS, ConfigSources.ofEnvironment(settings));
    }

    ConfigWatcher watcher() {
        return Objects.requireNonNull(watcher);
    }

    /** Every row of a table as text, bytes in hexadecimal. */
    String dump(String table) throws SQLException {
        try (Connection connection = database();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select t::text from " + table + " t")) {
            var all = new StringBuilder();
            while (rows.next()) {
                all.append(rows.getString(1)).append('\n');
            }
            return all.toString();
        }
    }

    /** What the service was told. */
    Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    /** A connection of the service's own role. */
    Connection database() throws SQLException {
        return postgres.connect(
                settings.get("AUTH_DATABASE_NAME"),
                settings.get("AUTH_DATABASE_USER"),
                settings.get("AUTH_DATABASE_PASSWORD"));
    }

    RunningService service() {
        return Objects.requireNonNull(service);
    }

    /** Stops the service and starts it again on the same database and keys. */
    void restart() {
        close();
        service = launch();
    }

    AuthClient client() {
        return new AuthClient("http://127.0.0.1:" + service().port());
    }

    /** A new account, not signed in. */
    Person register() {
        String email = "person" + PEOPLE.incrementAndGet() + "@example.org";
        var answer = client().register(email, PASSWORD, "A Person");
        if (answer.status() != 201) {
            throw new AssertionError("registration failed: " + answer);
        }
        return new Person(email, answer.at("user.id"));
    }

    /** A new account in a client that is signed in. */
    AuthClient signedIn() {
        Person person = register();
        AuthClient client = client();
        var answer = client.login(person.email(), PASSWORD);
        if (answer.status() != 200) {
            throw new AssertionError("sign-in failed: " + answer);
        }
        return client;
    }

    record Person(String email, String id) {}

    /** A client assertion of the backend, signed with {@code key}. */
    String assertion(ECKey key, String jti, Duration life) {
        return assertion(key, jti, "backend", ISSUER + "/oauth2/token", life);
    }

    String assertion(ECKey key, String jti, String client, String audience, Duration life) {
        Instant now = clock.instant();
        return sign(
                key,
                new JWTClaimsSet.Builder()
                        .issuer(client)
                        .subject(client)
                        .audience(audience)
                        .jwtID(jti)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(life)))
                        .build());
    }

    static String sign(ECKey key, JWTClaimsSet claims) {
        try {
            var jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .type(JOSEObjectType.JWT)
                                    .keyID(key.computeThumbprint().toString())
                                    .build(),
                            claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The form of a token request with {@code assertion}. */
    static String tokenForm(String assertion) {
        return "grant_type=client_credentials&client_id=backend&client_assertion_type="
                + encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                + "&client_assertion="
                + encode(assertion);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A token by which the backend may ask this service. */
    String serviceToken() {
        String assertion =
                assertion(backendKey, UUID.randomUUID().toString(), Duration.ofMinutes(1));
        var answer = client().form("/oauth2/token", tokenForm(assertion));
        if (answer.status() != 200) {
            throw new AssertionError("no service token: " + answer);
        }
        return answer.at("access_token");
    }

    static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(String label, ECKey key, boolean secret) {
        try {
            Key raw = secret ? key.toECPrivateKey() : key.toECPublicKey();
            String body =
                    Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(raw.getEncoded());
            return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----".formatted(label, body);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (service != null) {
            service.close();
        }
        if (watcher != null) {
            watcher.close();
        }
    }
}
