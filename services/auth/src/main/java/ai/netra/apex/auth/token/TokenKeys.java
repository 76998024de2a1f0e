package ai.netra.apex.auth.token;

import ai.netra.apex.settings.Secret;
import org.jspecify.annotations.Nullable;

/**
 * The keys of tokens as they are configured, each in PEM.
 *
 * @param signing signs; null for one of this process alone, which is forgotten when it ends
 * @param next is published already, so that it is known everywhere when it becomes the signing one
 * @param previous signed before: verified and published until their last tokens have expired
 */
public record TokenKeys(
        @Nullable Secret signing, @Nullable Secret next, @Nullable Secret previous) {

    /** No key but one of this process. */
    public static TokenKeys ephemeral() {
        return new TokenKeys(null, null, null);
    }
}
