package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-6")
@Tag("COM-3")
final class TokenIT {

    private static AuthFixture auth;

    @BeforeAll
    static void start() {
        auth = AuthFixture.start();
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    private static JWTClaimsSet.Builder personClaims(AuthClient person) throws Exception {
        return new JWTClaimsSet.Builder(SignedJWT.parse(person.token).getJWTClaimsSet());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void forgedTokensOpenNothing() throws Exception {
        AuthClient person = auth.signedIn();
        JWTClaimsSet claims = personClaims(person).build();
        String[] parts = person.token.split("\\.", -1);
        String none = base64("{\"alg\":\"none\"}") + "." + parts[1] + ".";
        String otherKey = AuthFixture.sign(AuthFixture.generate(), claims);
        JWTClaimsSet greedy = personClaims(person).claim("roles", List.of("user", "admin")).build();
        String changed = parts[0] + "." + base64(greedy.toString()) + "." + parts[2];
        String otherIssuer =
                AuthFixture.sign(
                        auth.signingKey, personClaims(person).issuer("http://evil").build());
        String otherAudience =
                AuthFixture.sign(
                        auth.signingKey, personClaims(person).audience("someone-else").build());
        String noSession =
                AuthFixture.sign(
                        auth.signingKey,
                        personClaims(person).claim("sid", UUID.randomUUID().toString()).build());
        AuthClient backend = auth.client();
        backend.token = auth.serviceToken();
        for (String token :
                List.of(
                        none,
                        otherKey,
                        changed,
                        otherIssuer,
                        otherAudience,
                        noSession,
                        "a.b.c",
                        "nonsense",
                        "x".repeat(5000))) {
            AuthClient forger = auth.client();
            forger.token = token;
            var refused = forger.get("/auth/me");
            assertThat(refused.status()).as(token).isEqualTo(401);
            assertThat(refused.at("code")).isEqualTo("unauthenticated");
            assertThat(backend.post("/auth/validate", Map.of("token", token)).body())
                    .isEqualTo("{\"active\":false}");
        }
        assertThat(auth.client().get("/auth/me").status()).isEqualTo(401);
    }

    @Test
    void anExpiredTokenSaysSoAndOneThatWasSignedByUsIsNeeded() {
        AuthClient person = auth.signedIn();
        auth.clock.advance(Duration.ofMinutes(15).plusSeconds(1));
        var expired = person.get("/auth/me");
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.at("code")).isEqualTo("token_expired");
        assertThat(person.refresh().status()).isEqualTo(200);
        assertThat(person.get("/auth/me").status()).isEqualTo(200);
    }

    @Test
    void onlyServicesMayAskForOthersAndOnlyWithATokenForThisOne() throws Exception {
        AuthClient person = auth.signedIn();
        var body = Map.of("token", person.token);
        assertThat(person.post("/auth/validate", body).status()).isEqualTo(403);
        assertThat(person.get("/auth/revocations").status()).isEqualTo(403);
        assertThat(auth.client().post("/auth/validate", body).status()).isEqualTo(401);

        AuthClient backend = auth.client();
        Instant now = auth.clock.instant();
        backend.token =
                AuthFixture.sign(
                        auth.signingKey,
                        new JWTClaimsSet.Builder()
                                .issuer(AuthFixture.ISSUER)
                                .subject("backend")
                                .audience("apex-models")
                                .jwtID("j")
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plusSeconds(60)))
                                .build());
        assertThat(backend.post("/auth/validate", body).status()).isEqualTo(403);

        backend.token = auth.serviceToken();
        assertThat(backend.post("/auth/validate", body).status()).isEqualTo(200);
        assertThat(backend.post("/auth/validate", Map.of()).status()).isEqualTo(422);
        assertThat(backend.get("/auth/revocations?since=x").status()).isEqualTo(422);
        assertThat(backend.get("/auth/me").status()).as("a service is no person").isEqualTo(401);
        assertThat(SignedJWT.parse(backend.token).getJWTClaimsSet().getAudience())
                .containsExactly("apex-auth");
        auth.clock.advance(Duration.ofMinutes(5).plusSeconds(1));
        assertThat(backend.post("/auth/validate", body).at("code")).isEqualTo("token_expired");
    }

    @Test
    void anAssertionIsTakenOnceAndOnlyFromTheHolderOfTheKey() throws Exception {
        AuthClient client = auth.client();
        String assertion =
                auth.assertion(auth.backendKey, "once-" + UUID.randomUUID(), Duration.ofMinutes(1));
        var first = client.form("/oauth2/token", AuthFixture.tokenForm(assertion));
        assertThat(first.status()).as(first.body()).isEqualTo(200);
        assertThat(first.at("token_type")).isEqualTo("Bearer");
        assertThat(Integer.parseInt(first.at("expires_in"))).isBetween(290, 300);
        refused(assertion);
        refused(auth.assertion(AuthFixture.generate(), "k", Duration.ofMinutes(1)));
        refused(auth.assertion(auth.signingKey, "s", Duration.ofMinutes(1)));
        refused(auth.assertion(auth.backendKey, "long", Duration.ofHours(1)));
        refused(auth.assertion(auth.backendKey, "old", Duration.ofMinutes(-2)));
        refused(
                auth.assertion(
                        auth.backendKey, "aud", "backend", "https://evil", Duration.ofMinutes(1)));
        refused(
                auth.assertion(
                        auth.backendKey,
                        "who",
                        "nobody",
                        AuthFixture.ISSUER,
                        Duration.ofMinutes(1)));
        assertThat(auth.dump("auth_event")).contains("assertion_replayed");
        assertThat(auth.dump("used_assertion")).doesNotContain("once-");
    }

    private static void refused(String assertion) {
        var answer = auth.client().form("/oauth2/token", AuthFixture.tokenForm(assertion));
        assertThat(answer.status()).as(answer.body()).isEqualTo(401);
        assertThat(answer.at("error")).isEqualTo("invalid_client");
    }

    @Test
    void aTokenIsForOneAudienceThatExists() {
        String assertion =
                auth.assertion(
                        auth.backendKey, UUID.randomUUID().toString(), Duration.ofMinutes(1));
        var answer =
                auth.client()
                        .form(
                                "/oauth2/token",
                                AuthFixture.tokenForm(assertion) + "&audience=apex-api");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("error")).isEqualTo("invalid_target");
        var password =
                auth.client().form("/oauth2/token", "grant_type=password&username=a&password=b");
        assertThat(password.status()).isIn(400, 401);
    }

    @Test
    void introspectionTellsServicesAboutTokensAndRevocationEndsThem() {
        AuthClient person = auth.signedIn();
        var active = introspect(person.token);
        assertThat(active.at("active")).as(active.body()).isEqualTo("true");
        assertThat(active.at("sub")).isEqualTo(person.get("/auth/me").at("user.id"));
        person.post("/auth/logout", null);
        assertThat(introspect(person.token).at("active")).isEqualTo("false");
        assertThat(introspect("nonsense").at("active")).isEqualTo("false");

        String service = auth.serviceToken();
        assertThat(introspect(service).at("client_id")).isEqualTo("backend");
        assertThat(oauth("/oauth2/revoke", service).status()).isEqualTo(200);
        assertThat(introspect(service).at("active")).isEqualTo("false");
        AuthClient backend = auth.client();
        backend.token = service;
        assertThat(backend.get("/auth/revocations").status()).isEqualTo(401);
        assertThat(auth.client().form("/oauth2/introspect", "token=x").status()).isEqualTo(401);
    }

    private static AuthClient.Answer introspect(String token) {
        return oauth("/oauth2/introspect", token);
    }

    private static AuthClient.Answer oauth(String path, String token) {
        String assertion =
                auth.assertion(
                        auth.backendKey, UUID.randomUUID().toString(), Duration.ofMinutes(1));
        return auth.client()
                .form(
                        path,
                        AuthFixture.tokenForm(assertion)
                                        .replace("grant_type=client_credentials&", "")
                                + "&token="
                                + AuthFixture.encode(token));
    }

    @Test
    void severalKeysArePublishedAndTheFirstSignsAndCookiesAreBoundToTheHostUnderTls()
            throws Exception {
        ECKey next = AuthFixture.generate();
        var two =
                Map.of(
                        "AUTH_ISSUER", "https://apex.example.org",
                        "AUTH_SIGNING_KEY_NEXT", AuthFixture.pem("PRIVATE KEY", next, true),
                        "AUTH_SIGNING_KEY_PREVIOUS",
                                AuthFixture.pem("PRIVATE KEY", auth.signingKey, true));
        try (AuthFixture rotating = AuthFixture.start(two)) {
            JWKSet keys = JWKSet.parse(rotating.client().get("/oauth2/jwks").body());
            assertThat(keys.getKeys()).hasSize(3).noneMatch(key -> key.isPrivate());
            AuthClient person = rotating.signedIn();
            assertThat(SignedJWT.parse(person.token).getHeader().getKeyID())
                    .isEqualTo(rotating.signingKey.computeThumbprint().toString());
            AuthClient former = rotating.client();
            former.token = AuthFixture.sign(auth.signingKey, personClaims(person).build());
            assertThat(former.get("/auth/me").status()).isEqualTo(200);
            var login = rotating.client().login(rotating.register().email(), AuthFixture.PASSWORD);
            assertThat(login.header("Set-Cookie").orElseThrow())
                    .startsWith("__Host-apex_refresh=")
                    .contains("; Path=/;", "Secure", "HttpOnly", "SameSite=Strict")
                    .doesNotContain("Domain");
        }
    }
}
