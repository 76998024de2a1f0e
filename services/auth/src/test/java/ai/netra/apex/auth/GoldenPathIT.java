package ai.netra.apex.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("AUT-6")
@Tag("COM-4")
final class GoldenPathIT {

    private static AuthFixture auth;

    @BeforeAll
    static void start() {
        auth = AuthFixture.start();
    }

    @AfterAll
    static void stop() {
        auth.close();
    }

    @Test
    @Tag("FE-2")
    void aPersonRegistersSignsInRefreshesAndSignsOut() throws Exception {
        AuthClient client = auth.client();
        var registered = client.register("Ada@Example.org", AuthFixture.PASSWORD, "Ada");
        assertThat(registered.status()).as(registered.body()).isEqualTo(201);
        assertThat(registered.at("user.email")).isEqualTo("Ada@Example.org");

        var login = client.login("ada@example.ORG", AuthFixture.PASSWORD);
        assertThat(login.status()).as(login.body()).isEqualTo(200);
        assertThat(login.at("tokenType")).isEqualTo("Bearer");
        assertThat(login.at("expiresIn")).isEqualTo("900");
        assertThat(login.at("user.id")).isEqualTo(registered.at("user.id"));
        assertThat(login.header("Set-Cookie").orElseThrow())
                .startsWith("apex_refresh=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/auth")
                .doesNotContain("Secure");
        assertThat(login.header("Cache-Control")).contains("no-store");

        assertThat(client.get("/auth/me").at("user.displayName")).isEqualTo("Ada");

        String first = client.cookie;
        var refreshed = client.refresh();
        assertThat(refreshed.status()).as(refreshed.body()).isEqualTo(200);
        assertThat(client.cookie).isNotEqualTo(first);
        assertThat(client.get("/auth/me").status()).isEqualTo(200);

        assertThat(client.post("/auth/logout", null).status()).isEqualTo(204);
        assertThat(client.get("/auth/me").status()).isEqualTo(401);
        assertThat(client.refresh().status()).isEqualTo(401);
    }

    @Test
    void anAccessTokenIsAJwtThatThePublishedKeysVerify() throws Exception {
        AuthClient client = auth.signedIn();
        SignedJWT jwt = SignedJWT.parse(client.token);
        JWKSet keys = JWKSet.parse(client.get("/oauth2/jwks").body());
        ECKey key = (ECKey) keys.getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(key.isPrivate()).isFalse();
        assertThat(jwt.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(jwt.verify(new ECDSAVerifier(key))).isTrue();

        var claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(AuthFixture.ISSUER);
        assertThat(claims.getAudience()).containsExactly("apex-api");
        assertThat(claims.getSubject()).isEqualTo(client.get("/auth/me").at("user.id"));
        assertThat(claims.getStringClaim("sid")).isNotBlank();
        assertThat(claims.getStringListClaim("roles")).contains("user");
        assertThat(claims.getJWTID()).isNotBlank();
        assertThat(
                        Duration.between(
                                claims.getIssueTime().toInstant(),
                                claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    @Tag("COM-3")
    void aServiceGetsATokenByItsKeyAndValidatesPeoplesTokensWithIt() {
        AuthClient person = auth.signedIn();
        AuthClient backend = auth.client();
        backend.token = auth.serviceToken();
        var valid = backend.post("/auth/validate", Map.of("token", person.token));
        assertThat(valid.status()).as(valid.body()).isEqualTo(200);
        assertThat(valid.at("active")).isEqualTo("true");
        assertThat(valid.at("userId")).isEqualTo(person.get("/auth/me").at("user.id"));
        assertThat(valid.at("sessionId")).isNotBlank();
        assertThat(valid.at("expiresAt")).isNotBlank();
        assertThat(valid.json().get("roles").isArray()).isTrue();

        var since = backend.get("/auth/revocations").at("nextCursor");
        person.post("/auth/logout", null);
        var inactive = backend.post("/auth/validate", Map.of("token", person.token));
        assertThat(inactive.body()).isEqualTo("{\"active\":false}");
        var feed = backend.get("/auth/revocations?since=" + since);
        assertThat(feed.json().get("items").findValuesAsString("sessionId"))
                .isEqualTo(List.of(valid.at("sessionId")));
        assertThat(feed.at("items.0.revokedAt")).isNotBlank();
        assertThat(
                        backend.get("/auth/revocations?since=" + feed.at("nextCursor"))
                                .json()
                                .get("items"))
                .isEmpty();
    }

    @Test
    void discoveryNamesWhatIsSwitchedOn() {
        var document = auth.client().get("/.well-known/openid-configuration");
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.at("issuer")).isEqualTo(AuthFixture.ISSUER);
        assertThat(document.at("token_endpoint")).isEqualTo(AuthFixture.ISSUER + "/oauth2/token");
        assertThat(document.at("jwks_uri")).isEqualTo(AuthFixture.ISSUER + "/oauth2/jwks");
        assertThat(document.at("token_endpoint_auth_methods_supported.0"))
                .isEqualTo("private_key_jwt");
        assertThat(document.at("grant_types_supported.0")).isEqualTo("client_credentials");
    }

    @Test
    @Tag("INF-9")
    void healthIsUpWithItsDatabase() {
        var health = auth.client().get("/health");
        assertThat(health.status()).as(health.body()).isEqualTo(200);
        assertThat(health.at("status")).isEqualTo("up");
        assertThat(health.at("dependencies.0.name")).isEqualTo("postgresql");
        assertThat(auth.client().get("/health/live").status()).isEqualTo(200);
        assertThat(auth.client().get("/health/ready").status()).isEqualTo(200);
    }
}
