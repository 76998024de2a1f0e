package ai.netra.apex.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.netra.apex.settings.Secret;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import java.net.URI;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INF-3")
class SigningKeysTest {
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final URI ISSUER = URI.create("http://127.0.0.1:8080");

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);
    private final ECKey first = EcKeys.generate();
    private final ECKey second = EcKeys.generate();

    @Test
    void aNewKeyIsPublishedBeforeItSignsAndTheOldOneUntilItsLastTokenHasExpired() {
        var keys = new SigningKeys(new TokenKeys(pem(first), null, null), LIFE, clock);
        var config = new TokenConfig(ISSUER, LIFE, Duration.ofMinutes(5), TokenKeys.ephemeral());
        var tokens = new AccessTokens(config, keys, clock);
        String early = token(tokens);

        keys.replace(new TokenKeys(pem(first), pem(second), null));
        assertThat(published(keys)).containsExactly(first.getKeyID(), second.getKeyID());
        assertThat(keys.signing().getKeyID()).isEqualTo(first.getKeyID());
        String last = token(tokens);

        keys.replace(new TokenKeys(pem(second), null, publicPem(first)));
        String late = token(tokens);
        assertThat(published(keys)).containsExactly(second.getKeyID(), first.getKeyID());
        // No cache of what was verified before: each is verified with the keys of now.
        assertThat(verify(keys, early)).isInstanceOf(TokenVerifier.Outcome.Valid.class);
        assertThat(verify(keys, last)).isInstanceOf(TokenVerifier.Outcome.Valid.class);
        assertThat(verify(keys, late)).isInstanceOf(TokenVerifier.Outcome.Valid.class);

        now.updateAndGet(instant -> instant.plus(LIFE).plusSeconds(61));
        assertThat(published(keys)).containsExactly(second.getKeyID());
        assertThat(verify(keys, last)).isInstanceOf(TokenVerifier.Outcome.Invalid.class);
    }

    @Test
    void aFormerKeyIsNotKeptLongerBecauseTheConfigurationIsReadAgain() {
        var keys = new SigningKeys(new TokenKeys(pem(first), null, null), LIFE, clock);
        keys.replace(new TokenKeys(pem(second), null, publicPem(first)));
        now.updateAndGet(instant -> instant.plus(LIFE));
        keys.replace(new TokenKeys(pem(second), null, publicPem(first)));
        assertThat(published(keys)).hasSize(2);
        now.updateAndGet(instant -> instant.plusSeconds(61));
        assertThat(published(keys)).hasSize(1);
    }

    @Test
    void aKeyThatCannotBeReadChangesNothing() {
        var keys = new SigningKeys(new TokenKeys(pem(first), null, null), LIFE, clock);
        assertThatThrownBy(
                        () -> keys.replace(new TokenKeys(Secret.of("no key at all"), null, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("no key at all");
        assertThat(keys.signing().getKeyID()).isEqualTo(first.getKeyID());
    }

    @Test
    void withoutAKeyTheOneOfTheProcessStaysTheSame() {
        var keys = new SigningKeys(TokenKeys.ephemeral(), LIFE, clock);
        String before = keys.signing().getKeyID();
        keys.replace(TokenKeys.ephemeral());
        assertThat(keys.signing().getKeyID()).isEqualTo(before);
    }

    private TokenVerifier.Outcome verify(SigningKeys keys, String token) {
        var config = new TokenConfig(ISSUER, LIFE, Duration.ofMinutes(5), TokenKeys.ephemeral());
        return new TokenVerifier(config, keys, clock).verify(token);
    }

    private static String token(AccessTokens tokens) {
        return tokens.forPerson(UUID.randomUUID(), UUID.randomUUID(), List.of("user")).value();
    }

    private static List<String> published(SigningKeys keys) {
        assertThat(keys.published().getKeys()).noneMatch(key -> key.isPrivate());
        return keys.published().getKeys().stream().map(key -> key.getKeyID()).toList();
    }

    private static Secret pem(ECKey key) {
        try {
            PrivateKey encoded = key.toPrivateKey();
            return pem("PRIVATE KEY", encoded.getEncoded());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static Secret publicPem(ECKey key) {
        try {
            PublicKey encoded = key.toPublicKey();
            return pem("PUBLIC KEY", encoded.getEncoded());
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static Secret pem(String kind, byte[] bytes) {
        return Secret.of(
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(
                                kind,
                                Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes),
                                kind));
    }
}
