package ai.netra.apex.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Reads secrets from files that only their owner can read. */
final class SecretFiles {
    static final int MAX_BYTES = 64 * 1024;

    private static final Set<PosixFilePermission> OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);

    private SecretFiles() {}

    /** Why a secret cannot be taken; the message completes "X …" and holds no secret. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final String suggestion;

        Refused(String reason, String suggestion) {
            super(reason);
            this.suggestion = suggestion;
        }

        String reason() {
            return String.valueOf(getMessage());
        }

        String suggestion() {
            return suggestion;
        }
    }

    /** Checks that a directory exists and that others cannot enter it. */
    static void checkDirectory(Path directory) throws Refused {
        if (!Files.exists(directory)) {
            throw new Refused(
                    "names " + directory + ", which does not exist",
                    "Create it with mode 0700, one file per secret with mode 0600.");
        }
        if (!Files.isDirectory(directory)) {
            throw new Refused(
                    "names " + directory + ", which is not a directory", "Name the directory.");
        }
        checkPermissions(directory, "0700");
        if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
            throw new Refused(
                    "names " + directory + ", which this process may not read",
                    "Make the user that runs the service its owner.");
        }
    }

    /** Reads one secret. One newline at the end is not part of it. */
    static String read(Path file) throws Refused {
        if (!Files.isRegularFile(file)) {
            throw new Refused(
                    Files.exists(file)
                            ? "is in " + file + ", which is not a regular file"
                            : "is to be read from " + file + ", which does not exist",
                    "Write the secret into a file with mode 0600.");
        }
        checkPermissions(file, "0600");
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new Refused(
                        "is larger than 64 KiB in " + file, "Put the secret alone there.");
            }
            return decode(Files.readAllBytes(file), file);
        } catch (IOException e) {
            throw new Refused(
                    "cannot be read from " + file + " (" + e.getClass().getSimpleName() + ")",
                    "Make the user that runs the service the file's owner.");
        }
    }

    private static String decode(byte[] bytes, Path file) throws Refused {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Refused("is not text in UTF-8 in " + file, "Encode it, for example in PEM.");
        }
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
        }
        if (text.isBlank()) {
            throw new Refused("is empty in " + file, "Write the secret into the file.");
        }
        return text;
    }

    private static void checkPermissions(Path path, String mode) throws Refused {
        // Elsewhere than on POSIX systems there are no such bits, and nothing is promised.
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            for (PosixFilePermission permission : view.readAttributes().permissions()) {
                if (OTHERS.contains(permission)) {
                    throw new Refused(
                            path + " is open to others than its owner",
                            "Run chmod " + mode + " " + path + ".");
                }
            }
        } catch (IOException e) {
            throw new Refused(
                    "the permissions of " + path + " cannot be read",
                    "Make the user that runs the service its owner.");
        }
    }
}
