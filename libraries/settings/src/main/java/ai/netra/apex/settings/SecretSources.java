package ai.netra.apex.settings;

import ai.netra.apex.settings.store.FileSecretStore;
import ai.netra.apex.settings.store.SecretRefusedException;
import ai.netra.apex.settings.store.SecretStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The places one service's secrets are read from in one load. */
record SecretSources(@Nullable Path directory, FileSecretStore files, List<SecretStore> stores) {

    String read(String reference) throws SecretRefusedException {
        URI uri = uri(reference);
        return store(uri).read(uri);
    }

    /** The file to look at for a change of what a reference names; see {@link SecretStore}. */
    Optional<Path> watched(String reference) {
        try {
            URI uri = uri(reference);
            return store(uri).watched(uri);
        } catch (SecretRefusedException e) {
            // Reading it says what is wrong.
            return Optional.empty();
        }
    }

    private URI uri(String reference) throws SecretRefusedException {
        try {
            return new URI(reference);
        } catch (URISyntaxException e) {
            throw new SecretRefusedException(
                    "is named by a reference that is not a URI", examples());
        }
    }

    private SecretStore store(URI reference) throws SecretRefusedException {
        String scheme = reference.getScheme();
        if (scheme == null) {
            throw new SecretRefusedException(
                    "is named by a reference without a scheme", examples());
        }
        for (SecretStore store : stores) {
            if (store.scheme().equals(scheme.toLowerCase(Locale.ROOT))) {
                return store;
            }
        }
        throw new SecretRefusedException(
                "is named by a reference whose scheme no store has", examples());
    }

    private String examples() {
        return stores.stream()
                .map(SecretStore::example)
                .collect(Collectors.joining(" or ", "Write for example ", "."));
    }
}
