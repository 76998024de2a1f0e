package ai.netra.apex.settings;

import ai.netra.apex.settings.store.FileSecretStore;
import ai.netra.apex.settings.store.SecretRefusedException;
import ai.netra.apex.settings.store.SecretStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The places one service's secrets are read from in one load. */
record SecretSources(@Nullable Path directory, FileSecretStore files, List<SecretStore> stores) {

    String read(String reference) throws SecretRefusedException {
        URI uri;
        try {
            uri = new URI(reference);
        } catch (URISyntaxException e) {
            throw new SecretRefusedException(
                    "is named by a reference that is not a URI", examples());
        }
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw new SecretRefusedException(
                    "is named by a reference without a scheme", examples());
        }
        for (SecretStore store : stores) {
            if (store.scheme().equals(scheme.toLowerCase(Locale.ROOT))) {
                return store.read(uri);
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
