package ai.netra.apex.auth.token;

import ai.netra.apex.settings.Secret;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of this installation. One signs; the others are published too, so that a new key is
 * known everywhere before it signs and an old one until its last token has expired. Immutable.
 */
public final class SigningKeys {

    private final List<ECKey> keys;

    private SigningKeys(List<ECKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * The keys of {@code pems}, the signing one first.
     *
     * @throws IllegalArgumentException when one cannot be read
     */
    public static SigningKeys of(List<Secret> pems) {
        return new SigningKeys(
                pems.stream().map(Secret::reveal).map(EcKeys::privateKey).distinct().toList());
    }

    /** One key that is forgotten when the process ends, and with it every access token. */
    public static SigningKeys ephemeral() {
        return new SigningKeys(List.of(EcKeys.generate()));
    }

    ECKey signing() {
        return keys.getFirst();
    }

    @Nullable ECKey byId(@Nullable String id) {
        for (ECKey key : keys) {
            if (key.getKeyID().equals(id)) {
                return key;
            }
        }
        return null;
    }

    /** The public halves. */
    public JWKSet published() {
        return new JWKSet(keys.stream().map(key -> (JWK) key.toPublicJWK()).toList());
    }
}
