package ai.netra.apex.settings;

import java.net.URI;
import java.nio.file.Path;

/** Reads secrets from where a reference says: {@code file:/path}. */
final class SecretStores {
    private SecretStores() {}

    static String read(String reference) throws SecretFiles.Refused {
        URI uri;
        try {
            uri = URI.create(reference);
        } catch (IllegalArgumentException e) {
            throw new SecretFiles.Refused(
                    "is named by a reference that is not a URI",
                    "Write for example file:/run/secrets/x.");
        }
        if ("file".equals(uri.getScheme()) && uri.getPath() != null) {
            return SecretFiles.read(Path.of(uri.getPath()));
        }
        throw new SecretFiles.Refused(
                "is named by a reference of an unknown scheme", "Use file:/path.");
    }
}
