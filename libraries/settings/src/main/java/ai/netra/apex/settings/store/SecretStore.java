package ai.netra.apex.settings.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place that keeps secrets, addressed by URIs of its own scheme. Implementations are thread-safe.
 */
public interface SecretStore {
    /** The scheme of its references, in lower case. */
    String scheme();

    /** How a reference looks, for messages. */
    String example();

    /**
     * Reads one secret.
     *
     * @throws SecretRefusedException with what is wrong, never with the secret
     */
    String read(URI reference) throws SecretRefusedException;

    /**
     * The file whose change tells that a secret may have changed; empty when there is none to look
     * at, and the store has to be asked again from time to time.
     */
    default Optional<Path> watched(URI reference) {
        return Optional.empty();
    }
}
