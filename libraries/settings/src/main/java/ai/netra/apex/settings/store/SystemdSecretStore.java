package ai.netra.apex.settings.store;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that systemd hands to a unit ({@code LoadCredential=}, {@code
 * LoadCredentialEncrypted=}): files in the directory that {@code CREDENTIALS_DIRECTORY} names. A
 * reference is {@code systemd:name}.
 */
public final class SystemdSecretStore implements SecretStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

    private final @Nullable String directory;
    private final FileSecretStore files = new FileSecretStore(FileSecretStore.Access.MOUNT);

    /**
     * A store on a directory.
     *
     * @param directory the value of {@code CREDENTIALS_DIRECTORY}, null where systemd set none
     */
    public SystemdSecretStore(@Nullable String directory) {
        this.directory = directory;
    }

    @Override
    public String scheme() {
        return "systemd";
    }

    @Override
    public String example() {
        return "systemd:database-password";
    }

    @Override
    public Optional<Path> watched(URI reference) {
        String name = reference.getSchemeSpecificPart();
        try {
            return directory == null || name == null || !NAME.matcher(name).matches()
                    ? Optional.empty()
                    : Optional.of(Path.of(directory).resolve(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public String read(URI reference) throws SecretRefusedException {
        String name = reference.getSchemeSpecificPart();
        if (name == null || !NAME.matcher(name).matches() || name.contains("..")) {
            throw new SecretRefusedException(
                    "is named by a systemd reference that is not a credential's name",
                    "Write for example " + example() + ".");
        }
        if (directory == null) {
            throw new SecretRefusedException(
                    "is a systemd credential, and CREDENTIALS_DIRECTORY is not set",
                    "Add LoadCredential=" + name + ":/path to the unit.");
        }
        try {
            return files.read(Path.of(directory).resolve(name));
        } catch (InvalidPathException e) {
            throw new SecretRefusedException(
                    "is a systemd credential, and CREDENTIALS_DIRECTORY is not a path",
                    "Start the service by systemd.");
        }
    }
}
