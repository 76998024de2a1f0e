package ai.netra.apex.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A directory of unpacked engines that several JVMs share. What is in it is complete: it is made
 * beside and renamed into place, under a lock between processes.
 */
final class EngineCache {

    private final Path root;

    EngineCache(Path root) {
        this.root = root;
    }

    /**
     * The user's own cache directory, or the one named by the system property {@code
     * apex.embedded.cache}; a private one among the temporary files where the user has no home to
     * write to, as in some containers.
     */
    static EngineCache ofUser() {
        String chosen = System.getProperty("apex.embedded.cache");
        if (chosen != null) {
            return new EngineCache(Path.of(chosen));
        }
        Path home = Path.of(System.getProperty("user.home", "/nonexistent"));
        if (Files.isWritable(home)) {
            return new EngineCache(home.resolve(".cache").resolve("netra-apex"));
        }
        String user = System.getProperty("user.name", "user");
        Path directory =
                Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "netra-apex-" + user);
        try {
            createPrivate(directory);
            if (!Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName().equals(user)) {
                throw new EngineException(directory + " belongs to somebody else: remove it.");
            }
            return new EngineCache(directory);
        } catch (IOException e) {
            throw new EngineException("Cannot make " + directory + ": " + e, e);
        }
    }

    Path path(String name) {
        return root.resolve(name);
    }

    boolean has(String name) {
        return Files.isDirectory(root.resolve(name));
    }

    /**
     * A directory other users can reach, though not write to: root's, for a program that is going
     * to be nobody and looks whether it may execute its own parts.
     *
     * @throws EngineException when somebody else made the directory
     */
    static EngineCache ofRootForAll() {
        Path directory = Path.of("/var/tmp/netra-apex-engines");
        try {
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(directory);
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            boolean ours =
                    Integer.valueOf(0)
                                    .equals(
                                            Files.getAttribute(
                                                    directory,
                                                    "unix:uid",
                                                    LinkOption.NOFOLLOW_LINKS))
                            && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
            if (!ours) {
                throw new EngineException(directory + " belongs to somebody else: remove it.");
            }
            return new EngineCache(directory);
        } catch (IOException e) {
            throw new EngineException("Cannot make " + directory + ": " + e, e);
        }
    }

    /** Fills a directory that does not exist yet. */
    @FunctionalInterface
    interface Filler {
        void fill(Path directory) throws IOException;
    }

    /** The directory {@code name}, filled by {@code filler} if it was not there. */
    Path directory(String name, Filler filler) {
        Path directory = root.resolve(name);
        if (Files.isDirectory(directory)) {
            return directory;
        }
        try {
            createPrivate(root);
            Path lockFile = root.resolve(name + ".lock");
            // One lock per JVM as well: FileLock is held on behalf of the whole JVM.
            synchronized (EngineCache.class) {
                try (FileChannel channel =
                                FileChannel.open(
                                        lockFile,
                                        StandardOpenOption.CREATE,
                                        StandardOpenOption.WRITE);
                        FileLock lock = channel.lock()) {
                    assert lock.isValid();
                    if (!Files.isDirectory(directory)) {
                        fill(directory, filler);
                    }
                }
            }
            return directory;
        } catch (IOException e) {
            throw new EngineException("Cannot unpack " + name + " into " + root + ": " + e, e);
        }
    }

    private static void fill(Path directory, Filler filler) throws IOException {
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        Directories.delete(partial);
        createPrivate(partial);
        filler.fill(partial);
        Files.move(partial, directory, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Creates a directory that is nobody else's to write to: what lies in it is going to be
     * executed.
     */
    private static void createPrivate(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.createDirectories(
                directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
