package ai.netra.apex.settings.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Secrets in files, one per file. Files that others can read are refused: others than the owner,
 * or, for a {@linkplain Access#MOUNT mount} of a container platform, others than owner and group.
 */
public final class FileSecretStore implements SecretStore {
    /** Who may read a secret's file. */
    public enum Access {
        /** The owner alone: mode 0600 or 0400, in a directory of mode 0700 or 0500. */
        OWNER,
        /**
         * The owner and the group, as Kubernetes ({@code defaultMode: 0440} with {@code fsGroup})
         * and systemd mount them. Nobody may write but the owner. The directory is the platform's.
         */
        MOUNT
    }

    private static final int MAX_BYTES = 64 * 1024;

    private final Access access;

    /** A store that demands this of each file. */
    public FileSecretStore(Access access) {
        this.access = access;
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public String example() {
        return "file:/run/secrets/database-password";
    }

    @Override
    public Optional<Path> watched(URI reference) {
        String path = reference.getPath();
        try {
            return path == null || !path.startsWith("/")
                    ? Optional.empty()
                    : Optional.of(Path.of(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    @Override
    public String read(URI reference) throws SecretRefusedException {
        String path = reference.getPath();
        if (path == null || !path.startsWith("/") || reference.getRawFragment() != null) {
            throw new SecretRefusedException(
                    "is named by a file reference without an absolute path",
                    "Write for example " + example() + ".");
        }
        try {
            return read(Path.of(path));
        } catch (InvalidPathException e) {
            throw new SecretRefusedException(
                    "is named by a file reference that is not a path",
                    "Write for example " + example() + ".");
        }
    }

    /**
     * Reads one secret. One newline at the end is not part of it.
     *
     * @throws SecretRefusedException if the file is missing, open to others, empty, not UTF-8 …
     */
    public String read(Path file) throws SecretRefusedException {
        if (!Files.isRegularFile(file)) {
            throw new SecretRefusedException(
                    Files.exists(file)
                            ? "is in " + file + ", which is not a regular file"
                            : "is to be read from " + file + ", which does not exist",
                    "Write the secret into a file with mode 0600.");
        }
        checkPermissions(file, access == Access.OWNER ? "0600" : "0440", forbiddenOnFiles());
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new SecretRefusedException(
                    "cannot be read from " + file + " (" + e.getClass().getSimpleName() + ")",
                    "Make the user that runs the service the file's owner.");
        }
        if (bytes.length > MAX_BYTES) {
            throw new SecretRefusedException(
                    "is larger than 64 KiB in " + file, "Put the secret alone into the file.");
        }
        return decode(bytes, file);
    }

    /**
     * Checks that a directory of secrets exists and that others cannot enter it.
     *
     * @throws SecretRefusedException if it is unfit
     */
    public void checkDirectory(Path directory) throws SecretRefusedException {
        if (!Files.exists(directory)) {
            throw new SecretRefusedException(
                    "names " + directory + ", which does not exist",
                    "Create it with mode 0700, one file per secret with mode 0600.");
        }
        if (!Files.isDirectory(directory)) {
            throw new SecretRefusedException(
                    "names " + directory + ", which is not a directory", "Name the directory.");
        }
        if (access == Access.OWNER) {
            checkPermissions(directory, "0700", forbiddenInOwnersDirectory());
        }
        if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
            throw new SecretRefusedException(
                    "names " + directory + ", which this process may not read",
                    "Make the user that runs the service its owner.");
        }
    }

    private static String decode(byte[] bytes, Path file) throws SecretRefusedException {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new SecretRefusedException(
                    "is not text in UTF-8 in " + file, "Encode it, for example in PEM.");
        }
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
        }
        if (text.isBlank()) {
            throw new SecretRefusedException(
                    "is empty in " + file, "Write the secret into the file.");
        }
        return text;
    }

    private Set<PosixFilePermission> forbiddenOnFiles() {
        Set<PosixFilePermission> forbidden = forbiddenInOwnersDirectory();
        if (access == Access.MOUNT) {
            forbidden.remove(PosixFilePermission.GROUP_READ);
        }
        return forbidden;
    }

    private static Set<PosixFilePermission> forbiddenInOwnersDirectory() {
        return EnumSet.of(
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.GROUP_WRITE,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.OTHERS_READ,
                PosixFilePermission.OTHERS_WRITE,
                PosixFilePermission.OTHERS_EXECUTE);
    }

    private static void checkPermissions(Path path, String mode, Set<PosixFilePermission> forbidden)
            throws SecretRefusedException {
        // Elsewhere than on POSIX systems there are no such bits, and nothing is promised.
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            for (PosixFilePermission permission : view.readAttributes().permissions()) {
                if (forbidden.contains(permission)) {
                    throw new SecretRefusedException(
                            "is kept in " + path + ", which is open to others than its owner",
                            "Run chmod " + mode + " " + path + ".");
                }
            }
        } catch (IOException e) {
            throw new SecretRefusedException(
                    "is kept in " + path + ", whose permissions cannot be read",
                    "Make the user that runs the service its owner.");
        }
    }
}
