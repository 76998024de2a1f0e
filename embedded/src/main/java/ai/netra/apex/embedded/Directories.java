package ai.netra.apex.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Copying, deleting and temporary directories that a killed JVM does not leave behind for ever. */
final class Directories {

    private static final String OWNER_SEPARATOR = "-";

    private Directories() {}

    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) throws IOException {
                        Files.copy(
                                directory,
                                to.resolve(from.relativize(directory)),
                                StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.copy(
                                file,
                                to.resolve(from.relativize(file)),
                                StandardCopyOption.COPY_ATTRIBUTES);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /** Deletes a tree; one that is not there is fine, and so are files that vanish meanwhile. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException error)
                            throws IOException {
                        if (error instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw error;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path directory, @Nullable IOException error) throws IOException {
                        if (error != null) {
                            throw error;
                        }
                        Files.deleteIfExists(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    /**
     * A new private directory whose name tells which JVM it belongs to. Directories of the same
     * kind whose JVM was killed are swept first, the server processes that still run in them
     * included.
     *
     * @param kind e.g. {@code postgres}
     */
    static Path temporary(String kind) {
        Path root =
                Path.of(
                        System.getProperty("java.io.tmpdir", "/tmp"),
                        "apex-embedded-" + System.getProperty("user.name", "user"));
        ProcessIdentity owner = ProcessIdentity.current();
        try {
            Files.createDirectories(
                    root,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            sweep(root);
            return Files.createTempDirectory(
                    root,
                    String.join(
                                    OWNER_SEPARATOR,
                                    kind,
                                    Long.toString(owner.pid()),
                                    Long.toString(owner.startedAtMillis()))
                            + OWNER_SEPARATOR);
        } catch (IOException e) {
            throw new EngineException(
                    "Cannot create a temporary directory in " + root + ": " + e, e);
        }
    }

    private static void sweep(Path root) throws IOException {
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root)) {
            for (Path directory : directories) {
                String[] parts = directory.getFileName().toString().split(OWNER_SEPARATOR, -1);
                if (parts.length >= 4 && !ownerRuns(parts[1], parts[2])) {
                    Orphans.killProcessesOf(directory);
                    deleteQuietly(directory);
                }
            }
        }
    }

    private static boolean ownerRuns(String pid, String startedAt) {
        try {
            return new ProcessIdentity(Long.parseLong(pid), Long.parseLong(startedAt)).isAlive();
        } catch (NumberFormatException e) {
            return true; // not one of ours: leave it alone
        }
    }

    /** For what only costs disk space when it stays. */
    static void deleteQuietly(Path root) {
        try {
            delete(root);
        } catch (IOException | UncheckedIOException e) {
            System.getLogger(Directories.class.getName())
                    .log(System.Logger.Level.DEBUG, "Left behind: " + root, e);
        }
    }
}
