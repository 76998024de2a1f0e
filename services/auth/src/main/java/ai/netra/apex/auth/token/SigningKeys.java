package ai.netra.apex.auth.token;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of this installation. One signs; the others are published too, so that a new key is
 * known everywhere before it signs, and an old one until its last token has expired. {@link
 * #replace} exchanges them while tokens are made and verified. Thread-safe.
 */
public final class SigningKeys {

    /** How far clocks may be apart. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    private record Former(ECKey key, Instant until) {}

    private record Held(ECKey signing, @Nullable ECKey next, List<Former> former) {}

    private final Duration longestToken;
    private final Clock clock;
    private volatile Held held;

    /**
     * The keys of a configuration.
     *
     * @param longestToken how long a token holds at most: for so long a former key is kept
     * @throws IllegalArgumentException when a key cannot be read
     */
    public SigningKeys(TokenKeys keys, Duration longestToken, Clock clock) {
        this.longestToken = longestToken.plus(SKEW);
        this.clock = clock;
        this.held = read(keys, EcKeys.generate(), List.of());
    }

    /**
     * Takes the keys of a newer configuration. A former key that is new here may have signed until
     * this moment, and is kept for the longest life of a token from now on, whatever the
     * configuration says later.
     *
     * @throws IllegalArgumentException when a key cannot be read; nothing is changed then
     */
    public synchronized void replace(TokenKeys keys) {
        held = read(keys, held.signing(), held.former());
    }

    private Held read(TokenKeys keys, ECKey otherwise, List<Former> known) {
        ECKey signing =
                keys.signing() == null ? otherwise : EcKeys.privateKey(keys.signing().reveal());
        ECKey next = keys.next() == null ? null : EcKeys.privateKey(keys.next().reveal());
        List<Former> former = new ArrayList<>();
        if (keys.previous() != null) {
            for (ECKey key : EcKeys.verificationKeys(keys.previous().reveal())) {
                if (!key.getKeyID().equals(signing.getKeyID())) {
                    former.add(new Former(key, until(key, known)));
                }
            }
        }
        return new Held(signing, next, List.copyOf(former));
    }

    private Instant until(ECKey key, List<Former> known) {
        return known.stream()
                .filter(one -> one.key().getKeyID().equals(key.getKeyID()))
                .map(Former::until)
                .findFirst()
                .orElseGet(() -> clock.instant().plus(longestToken));
    }

    ECKey signing() {
        return held.signing();
    }

    @Nullable ECKey byId(@Nullable String id) {
        for (ECKey key : accepted()) {
            if (key.getKeyID().equals(id)) {
                return key;
            }
        }
        return null;
    }

    /** The public halves. */
    public JWKSet published() {
        return new JWKSet(accepted().stream().map(key -> (JWK) key.toPublicJWK()).toList());
    }

    private List<ECKey> accepted() {
        Held now = held;
        List<ECKey> keys = new ArrayList<>();
        keys.add(now.signing());
        if (now.next() != null && !now.next().getKeyID().equals(now.signing().getKeyID())) {
            keys.add(now.next());
        }
        Instant instant = clock.instant();
        now.former().stream()
                .filter(one -> one.until().isAfter(instant))
                .map(Former::key)
                .filter(key -> keys.stream().noneMatch(k -> k.getKeyID().equals(key.getKeyID())))
                .forEach(keys::add);
        return keys;
    }
}
